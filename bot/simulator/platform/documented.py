"""The calls that LINE's APIs have: one that is not built here answers 501 with its name, one that is not
listed 404.

https://developers.line.biz/en/reference/messaging-api/ and line-openapi, as of August 2026.
"""

from __future__ import annotations

_CALLS = """
GET    /v2/bot/channel/webhook/endpoint  getWebhookEndpoint
PUT    /v2/bot/channel/webhook/endpoint  setWebhookEndpoint
POST   /v2/bot/channel/webhook/test  testWebhookEndpoint
GET    /v2/bot/message/{id}/content  getMessageContent
GET    /v2/bot/message/{id}/content/preview  getMessageContentPreview
GET    /v2/bot/message/{id}/content/transcoding  getMessageContentTranscodingByMessageId
POST   /v2/bot/message/reply  replyMessage
POST   /v2/bot/message/push  pushMessage
POST   /v2/bot/message/multicast  multicast
POST   /v2/bot/message/narrowcast  narrowcast
GET    /v2/bot/message/progress/narrowcast  getNarrowcastProgress
POST   /v2/bot/message/broadcast  broadcast
GET    /v2/bot/message/quota  getMessageQuota
GET    /v2/bot/message/quota/consumption  getMessageQuotaConsumption
GET    /v2/bot/message/delivery/reply  getNumberOfSentReplyMessages
GET    /v2/bot/message/delivery/push  getNumberOfSentPushMessages
GET    /v2/bot/message/delivery/multicast  getNumberOfSentMulticastMessages
GET    /v2/bot/message/delivery/broadcast  getNumberOfSentBroadcastMessages
GET    /v2/bot/message/delivery/pnp  getPNPMessageStatistics
POST   /v2/bot/message/validate/reply  validateReply
POST   /v2/bot/message/validate/push  validatePush
POST   /v2/bot/message/validate/multicast  validateMulticast
POST   /v2/bot/message/validate/narrowcast  validateNarrowcast
POST   /v2/bot/message/validate/broadcast  validateBroadcast
GET    /v2/bot/message/aggregation/info  getAggregationUnitUsage
GET    /v2/bot/message/aggregation/list  getAggregationUnitNameList
POST   /v2/bot/message/markAsRead  markMessagesAsRead
POST   /v2/bot/chat/markAsRead  markMessagesAsReadByToken
POST   /v2/bot/chat/loading/start  showLoadingAnimation
POST   /bot/pnp/push  pushMessagesByPhone
POST   /v2/bot/message/pnp/templated/push  pushTemplatedPNPMessage
GET    /v2/bot/message/delivery/pnp/templated  getTemplatedPNPMessageStatistics
GET    /v2/bot/profile/{id}  getProfile
GET    /v2/bot/followers/ids  getFollowers
GET    /v2/bot/info  getBotInfo
GET    /v2/bot/group/{id}/summary  getGroupSummary
GET    /v2/bot/group/{id}/members/count  getGroupMemberCount
GET    /v2/bot/group/{id}/members/ids  getGroupMembersIds
GET    /v2/bot/group/{id}/member/{person}  getGroupMemberProfile
POST   /v2/bot/group/{id}/leave  leaveGroup
GET    /v2/bot/room/{id}/members/count  getRoomMemberCount
GET    /v2/bot/room/{id}/members/ids  getRoomMembersIds
GET    /v2/bot/room/{id}/member/{person}  getRoomMemberProfile
POST   /v2/bot/room/{id}/leave  leaveRoom
POST   /v2/bot/richmenu  createRichMenu
POST   /v2/bot/richmenu/validate  validateRichMenuObject
GET    /v2/bot/richmenu/list  getRichMenuList
GET    /v2/bot/richmenu/{menu}  getRichMenu
DELETE /v2/bot/richmenu/{menu}  deleteRichMenu
GET    /v2/bot/richmenu/{menu}/content  getRichMenuImage
POST   /v2/bot/richmenu/{menu}/content  setRichMenuImage
POST   /v2/bot/richmenu/alias  createRichMenuAlias
GET    /v2/bot/richmenu/alias/list  getRichMenuAliasList
GET    /v2/bot/richmenu/alias/{alias}  getRichMenuAlias
POST   /v2/bot/richmenu/alias/{alias}  updateRichMenuAlias
DELETE /v2/bot/richmenu/alias/{alias}  deleteRichMenuAlias
POST   /v2/bot/richmenu/bulk/link  linkRichMenuIdToUsers
POST   /v2/bot/richmenu/bulk/unlink  unlinkRichMenuIdFromUsers
POST   /v2/bot/richmenu/batch  richMenuBatch
POST   /v2/bot/richmenu/validate/batch  validateRichMenuBatchRequest
GET    /v2/bot/richmenu/progress/batch  getRichMenuBatchProgress
GET    /v2/bot/user/all/richmenu  getDefaultRichMenuId
DELETE /v2/bot/user/all/richmenu  cancelDefaultRichMenu
POST   /v2/bot/user/all/richmenu/{menu}  setDefaultRichMenu
GET    /v2/bot/user/{person}/richmenu  getRichMenuIdOfUser
DELETE /v2/bot/user/{person}/richmenu  unlinkRichMenuIdFromUser
POST   /v2/bot/user/{person}/richmenu/{menu}  linkRichMenuIdToUser
POST   /v2/bot/user/{person}/linkToken  issueLinkToken
GET    /v2/bot/membership/subscription/{person}  getMembershipSubscription
GET    /v2/bot/membership/list  getMembershipList
GET    /v2/bot/membership/{id}/users/ids  getJoinedMembershipUsers
GET    /v2/bot/coupon  listCoupon
POST   /v2/bot/coupon  createCoupon
GET    /v2/bot/coupon/{id}  getCouponDetail
PUT    /v2/bot/coupon/{id}/close  closeCoupon
GET    /v2/bot/insight/demographic  getFriendsDemographics
GET    /v2/bot/insight/message/delivery  getNumberOfMessageDeliveries
GET    /v2/bot/insight/followers  getNumberOfFollowers
GET    /v2/bot/insight/message/event  getMessageEvent
GET    /v2/bot/insight/message/event/aggregation  getStatisticsPerUnit
GET    /v2/bot/insight/richmenu/{menu}/summary  getRichMenuInsightSummary
GET    /v2/bot/insight/richmenu/{menu}/daily  getRichMenuInsightDaily
POST   /v2/bot/audienceGroup/upload  createAudienceGroup
PUT    /v2/bot/audienceGroup/upload  addAudienceToAudienceGroup
POST   /v2/bot/audienceGroup/upload/byFile  createAudienceForUploadingUserIds
PUT    /v2/bot/audienceGroup/upload/byFile  addUserIdsToAudience
POST   /v2/bot/audienceGroup/click  createClickBasedAudienceGroup
POST   /v2/bot/audienceGroup/imp  createImpBasedAudienceGroup
GET    /v2/bot/audienceGroup/list  getAudienceGroups
GET    /v2/bot/audienceGroup/shared/list  getSharedAudienceGroups
GET    /v2/bot/audienceGroup/shared/{id}  getSharedAudienceData
GET    /v2/bot/audienceGroup/{id}  getAudienceData
DELETE /v2/bot/audienceGroup/{id}  deleteAudienceGroup
PUT    /v2/bot/audienceGroup/{id}/updateDescription  updateAudienceGroupDescription
POST   /oauth2/v3/token  issueStatelessChannelToken
GET    /oauth2/v2.1/tokens/kid  getsAllValidChannelAccessTokenKeyIds
POST   /oauth2/v2.1/token  issueChannelTokenByJWT
GET    /oauth2/v2.1/verify  verifyChannelTokenByJWT
POST   /oauth2/v2.1/verify  verifyIdToken
POST   /oauth2/v2.1/revoke  revokeChannelTokenByJWT
POST   /user/v1/deauthorize  deauthorize
POST   /v2/oauth/accessToken  issueChannelToken
POST   /v2/oauth/verify  verifyChannelToken
POST   /v2/oauth/revoke  revokeChannelToken
POST   /liff/v1/apps  addLIFFApp
GET    /liff/v1/apps  getAllLIFFApps
PUT    /liff/v1/apps/{id}  updateLIFFApp
DELETE /liff/v1/apps/{id}  deleteLIFFApp
GET    /v2/bot/list  getModules
POST   /v2/bot/channel/detach  detachModule
POST   /v2/bot/chat/{id}/control/acquire  acquireChatControl
POST   /v2/bot/chat/{id}/control/release  releaseChatControl
POST   /module/auth/v1/token  attachModule
POST   /shop/v3/mission  missionStickerV3
"""
"""A call a line: HTTP method, path, and name."""

DOCUMENTED: tuple[tuple[str, str, str], ...] = tuple(
    (method, path, name) for method, path, name in (line.split() for line in _CALLS.split("\n") if line)
)
"""Method, path, and the name that LINE's machine-readable description gives the call."""
