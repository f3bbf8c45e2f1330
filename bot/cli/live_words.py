"""What `oaflow publish` and a process that serves say of what is live, English beside Chinese."""

ZH = {
    # what becomes of files
    "it is not published, and what is live goes on": "沒有發布，線上的照舊",
    "a process that is started with these files ends at once (exit 1): mend them before a restart": (
        "用這些檔案啟動會馬上結束（exit 1）：重新啟動之前先改好"
    ),
    "a process that is started with these files serves them": "用這些檔案啟動，就會照這一份回答",
    "a process that is started with these files stands aside, for another has replaced them": (
        "用這些檔案啟動不會回答：線上已經換成別的版本"
    ),
    "a process that is started with these files makes them live": "用這些檔案啟動，就會直接上線",
    "which is live: they are taken over with the next renewal": "線上就是這一版，很快會換上",
    "oaflow publish makes it live; until then, {start}": "執行 oaflow publish 才會上線；在那之前，{start}",
    "the database is away, so that nobody knows what a process would do that is started now": (
        "連不上資料庫，現在啟動會怎樣無法確定"
    ),
    # publish: refused
    "{stays}; {start}": "{stays}；{start}",
    "{why}: {stays}; {start}": "{why}：{stays}；{start}",
    "a scenario fails: {stays}; {start}\n"
    "= hint: mend it, or publish all the same:  oaflow publish --untested": (
        "有情境測試失敗：{stays}；{start}\n= 建議：先改好；確定要發布的話：  oaflow publish --untested"
    ),
    "somebody else has published meanwhile, and that is live: {live}": (
        "剛才有別人發布了，線上的是那一版：{live}"
    ),
    "the playbook is accepted, {live}, but no process has taken it over yet: their logs say why": (
        "劇本收下了，{live}，但還沒有程序換上：原因看它們的紀錄"
    ),
    "no running process has these files, so that nobody would be answered: {stays}; {start}\n"
    "what runs:{there}\n"
    "= hint: put these files where a process reads its own and publish again, or start one with them"
    " (oaflow run; where it stands aside, publish again); where the processes are restarted with them at"
    " once:  oaflow publish --unserved": (
        "執行中的程序都沒有這些檔案，發布了就沒有人回答客人：{stays}；{start}\n"
        "執行中的：{there}\n"
        "= 建議：把檔案放到程序讀的資料夾再發布，或用這些檔案啟動一個（oaflow run；它不回答的話，再發布一次）"
        "；馬上就會用這些檔案全部重新啟動的話：  oaflow publish --unserved"
    ),
    # publish: done
    "the playbook is live with the next start: {live}; no process runs now": (
        "下次啟動就是這一版：{live}；現在沒有程序在執行"
    ),
    "the playbook is the one to serve: {live}; nobody is answered until a process with these files runs": (
        "之後就是這一版：{live}；用這些檔案啟動之前，沒有人會回答客人"
    ),
    "the playbook is live now: {live}, served by {many}": "已經上線：{live}，由 {many}執行",
    "{now}; with other files stand aside: {others}": "{now}；檔案不同、不回答的：{others}",
    "1 process": "1 個程序",
    "{number} processes": "{number} 個程序",
    "the playbook was live already: {live}": "本來就在線上：{live}",
    "{was}; nobody serves it: no running process has these files": (
        "{was}；但沒有程序在執行它：執行中的都沒有這些檔案"
    ),
    "number {number} ({version})": "第 {number} 版（{version}）",
    # whose people a command shows
    "these are the pretend people of the simulator that runs here": "這些是模擬器裡假想的人",
    "several simulators run here; these are the real people": "這裡開著好幾個模擬器；這些是真正的客人",
}
