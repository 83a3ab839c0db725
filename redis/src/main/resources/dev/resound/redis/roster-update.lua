-- channel, shard, node, the node it was before, the number of this write, changes: [scope, name, members, joined, left],
-- whether turns are wanted; returns whether the lease was good
local node, old = ARGV[3], ARGV[4]
if not redis.call('ZSCORE', leases, node) then
  return '0'
end
local turns = {}
for _, change in ipairs(cmsgpack.unpack(ARGV[6])) do
  local scope, name, members, joined, left = unpack(change)
  local topic = scope .. '\n' .. name
  local before = total_of(scope, name)
  local came, went = {}, {}
  for user, data in pairs(joined) do
    if add_user(node, topic, user, data) then
      came[#came + 1] = user
      came[#came + 1] = data
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
  if before ~= after or #came > 0 or #went > 0 then
    turns[#turns + 1] = {scope, name, before, after, came, went}
  end
end
keep(turns, ARGV[7])
redis.call('HSET', base .. ':written', node, ARGV[5])
tell(ARGV[1], ARGV[2], node, old, ARGV[6])
return '1'
