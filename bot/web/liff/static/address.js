// Pictures of the playbook lie below our own address, others where they say.

export const address = (path) => (path.includes("://") ? path : `/${path}`);
