-- channel, shard, node, the node it was before, the number of this write, changes: [scope, name, members, joined, left]
-- returns for each change: members before and after, users who came, users who went with what was said of them
local node, old = ARGV[3], ARGV[4]
if not redis.call('ZSCORE', leases, node) then
  return ''
end
local turns = {}
for i, change in ipairs(cmsgpack.unpack(ARGV[6])) do
  local scope, name, members, joined, left = unpack(change)
  local topic = scope .. '\n' .. name
  local before = total_of(scope, name)
  local came, went = {}, {}
  for user, data in pairs(joined) do
    if add_user(node, topic, user, data) then
      came[#came + 1] = user
    end
  end
  for _, user in ipairs(left) do
    local data = remove_user(node, topic, user)
    if data then
      went[#went + 1] = user
      went[#went + 1] = data
    end
  end
  local after = set_members(node, scope, name, members)
  if old ~= '' then
    after = leave(old, scope, name, went)
  end
  turns[i] = {before, after, came, went}
end
redis.call('HSET', base .. ':written', node, ARGV[5])
tell(ARGV[1], ARGV[2], node, old, ARGV[6])
return cmsgpack.pack(turns)
