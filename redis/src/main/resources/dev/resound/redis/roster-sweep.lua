-- channel, shard, node, whether also if its lease is good, at most so many topics, whether turns are wanted
-- returns whether that was all
local node = ARGV[3]
local lease = tonumber(redis.call('ZSCORE', leases, node) or 0)
if ARGV[4] == '0' and lease > now() then
  return '1'
end
if redis.call('ZREM', leases, node) == 1 then
  redis.call('SADD', dying, node)
  tell(ARGV[1], ARGV[2], node, '', '')
end
local turns = {}
for _ = 1, tonumber(ARGV[5]) do
  local topic = redis.call('SRANDMEMBER', base .. ':topics:' .. node)
  if not topic then
    redis.call('SREM', dying, node)
    redis.call('HDEL', base .. ':written', node)
    keep(turns, ARGV[6])
    return '1'
  end
  local scope, name = topic:match('^([^\n]*)\n(.*)$')
  local before = total_of(scope, name)
  local went = {}
  turns[#turns + 1] = {scope, name, before, leave(node, scope, name, went), {}, went}
end
keep(turns, ARGV[6])
return '0'
