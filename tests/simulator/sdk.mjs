// LINE's own Node SDK, unchanged, against the simulator. Prints one JSON object of what it saw.
//
// Environment: SDK (the folder with node_modules), LINE (base address), TOKEN, SECRET, FRIEND, REPLY_TOKEN,
// PICTURE (id of a message with a picture), MENU_PICTURE (a file), BODY and SIGNATURE (a webhook as it came).

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const { env } = process;
const line = createRequire(join(env.SDK, "node_modules/"))("@line/bot-sdk");
const options = { channelAccessToken: env.TOKEN, baseURL: env.LINE };
const api = new line.messagingApi.MessagingApiClient(options);
const blob = new line.messagingApi.MessagingApiBlobClient(options);
const seen = {};

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { status: error.status, body: JSON.parse(error.body), headers: [...error.headers.keys()] };
  }
  throw new Error("LINE would have refused that");
}

async function bytes(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).length;
}

const text = { type: "text", text: "來自 Node 的問候 👋" };
const area = {
  bounds: { x: 0, y: 0, width: 400, height: 540 },
  action: { type: "message", label: "看", text: "菜單" },
};
const menu = {
  size: { width: 800, height: 540 },
  selected: true,
  name: "node",
  chatBarText: "選單",
  areas: [area],
};

seen.signature = line.validateSignature(env.BODY, env.SECRET, env.SIGNATURE);
seen.bot = (await api.getBotInfo()).displayName;
seen.profile = (await api.getProfile(env.FRIEND)).displayName;
seen.followers = (await api.getFollowers()).userIds;
seen.reply = (await api.replyMessage({ replyToken: env.REPLY_TOKEN, messages: [text] })).sentMessages.length;
seen.replyAgain = await refused(() => api.replyMessage({ replyToken: env.REPLY_TOKEN, messages: [text] }));

const key = "123e4567-e89b-12d3-a456-426614174000";
const push = { to: env.FRIEND, messages: [text] };
seen.push = (await api.pushMessage(push, key)).sentMessages.length;
seen.pushAgain = await refused(() => api.pushMessage(push, key));
await api.multicast({ to: [env.FRIEND], messages: [text] });
await api.broadcast({ messages: [text] });
await api.validatePush({ messages: [text] });
seen.invalid = await refused(() =>
  api.validatePush({ messages: [{ type: "flex", altText: "a", contents: { type: "bubble" } }] }),
);
seen.quota = (await api.getMessageQuota()).value;
seen.used = (await api.getMessageQuotaConsumption()).totalUsage;
seen.counted = (await api.getNumberOfSentPushMessages("20260731")).status;
await api.showLoadingAnimation({ chatId: env.FRIEND, loadingSeconds: 5 });

const { richMenuId } = await api.createRichMenu(menu);
await api.validateRichMenuObject(menu);
seen.noPicture = await refused(() => api.setDefaultRichMenu(richMenuId));
const image = new Blob([await readFile(env.MENU_PICTURE)], { type: "image/png" });
await blob.setRichMenuImage(richMenuId, image);
seen.pictureAgain = await refused(() => blob.setRichMenuImage(richMenuId, image));
seen.menuPicture = await bytes(await blob.getRichMenuImage(richMenuId));
await api.createRichMenuAlias({ richMenuAliasId: "tab", richMenuId });
await api.updateRichMenuAlias("tab", { richMenuId });
seen.alias = (await api.getRichMenuAlias("tab")).richMenuId === richMenuId;
seen.aliases = (await api.getRichMenuAliasList()).aliases.length;
await api.setDefaultRichMenu(richMenuId);
seen.default = (await api.getDefaultRichMenuId()).richMenuId === richMenuId;
await api.linkRichMenuIdToUser(env.FRIEND, richMenuId);
seen.linked = (await api.getRichMenuIdOfUser(env.FRIEND)).richMenuId === richMenuId;
await api.unlinkRichMenuIdFromUser(env.FRIEND);
await api.cancelDefaultRichMenu();
seen.menus = (await api.getRichMenuList()).richmenus.map((one) => one.name);
await api.deleteRichMenuAlias("tab");
await api.deleteRichMenu(richMenuId);
seen.menusAfter = (await api.getRichMenuList()).richmenus.length;

seen.picture = await bytes(await blob.getMessageContent(env.PICTURE));
seen.preview = await bytes(await blob.getMessageContentPreview(env.PICTURE));
await api.setWebhookEndpoint({ endpoint: `${env.LINE}/webhook/main` });
seen.endpoint = (await api.getWebhookEndpoint()).endpoint;
seen.tested = (await api.testWebhookEndpoint({})).success;
seen.notBuilt = await refused(() => api.narrowcast({ messages: [text] }));
seen.unknown = await refused(() => api.getProfile(`U${"0".repeat(32)}`));

console.log(JSON.stringify(seen));
