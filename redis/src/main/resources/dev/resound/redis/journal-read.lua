-- KEYS[1] the topic; the channel of the one who asks, epoch if there is none, seconds that are kept, scope, name,
-- the number after which
local meta = KEYS[1] .. ':meta'
local epoch = redis.call('HGET', meta, 'epoch')
if not epoch then
  -- What comes later can then be asked for from here on.
  epoch = ARGV[2]
  redis.call('HSET', meta, 'epoch', epoch, 'bytes', 0, 'newest', 0)
  redis.call('EXPIRE', meta, ARGV[3] * 2)
end
local time = redis.call('TIME')
local entries = {}
for _, each in ipairs(redis.call('XRANGE', KEYS[1], (tonumber(ARGV[6]) + 1) .. '-0', '+')) do
  if time[1] - each[2][4] <= tonumber(ARGV[3]) then
    entries[#entries + 1] = tonumber(each[1]:match('^%d+'))
    entries[#entries + 1] = each[2][2]
  end
end
local newest = tonumber(redis.call('HGET', meta, 'newest') or 0)
redis.call('PUBLISH', ARGV[1], cmsgpack.pack(ARGV[4], ARGV[5], epoch, newest, entries))
return tostring(newest)
