-- topics: [scope, name]; returns epoch, version, and for each: node, members, users
local topics = {}
for i, topic in ipairs(cmsgpack.unpack(ARGV[1])) do
  local name = topic[1] .. '\n' .. topic[2]
  local counts = redis.call('HGETALL', base .. ':members:' .. name)
  local parts = {}
  for each = 1, #counts, 2 do
    local node = counts[each]
    if redis.call('ZSCORE', leases, node) then
      parts[#parts + 1] = {node, tonumber(counts[each + 1]), redis.call('HGETALL', users_of(node, name))}
    end
  end
  topics[i] = parts
end
return cmsgpack.pack(epoch(), version(), topics)
