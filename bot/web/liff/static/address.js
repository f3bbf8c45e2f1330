// Where our own server is: the path before /liff/ is that of a proxy in front of it, mostly none.

export const base = location.pathname.slice(0, location.pathname.indexOf("/liff/"));

/** Pictures of the playbook lie below our own address, others where they say. */
export const address = (path) => (path.includes("://") ? path : `${base}/${path}`);
