-- channel, shard, node, whether also if its lease is good, at most so many topics
-- returns whether that was all, and for each topic: scope, name, members before and after, users who went
local node = ARGV[3]
local lease = tonumber(redis.call('ZSCORE', leases, node) or 0)
if ARGV[4] == '0' and lease > now() then
  return cmsgpack.pack(true, {})
end
if redis.call('ZREM', leases, node) == 1 then
  redis.call('SADD', dying, node)
  tell(ARGV[1], ARGV[2], node, '', '')
end
local turns = {}
for i = 1, tonumber(ARGV[5]) do
  local topic = redis.call('SRANDMEMBER', base .. ':topics:' .. node)
  if not topic then
    redis.call('SREM', dying, node)
    redis.call('HDEL', base .. ':written', node)
    return cmsgpack.pack(true, turns)
  end
  local scope, name = topic:match('^([^\n]*)\n(.*)$')
  local before = total_of(scope, name)
  local went = {}
  turns[i] = {scope, name, before, leave(node, scope, name, went), went}
end
return cmsgpack.pack(false, turns)
