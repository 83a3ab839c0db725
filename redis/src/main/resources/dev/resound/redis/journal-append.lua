-- KEYS[1] the topic; channel, epoch if there is none, the node and what it counts, the last epoch and number it has
-- heard of, at most so many entries, bytes and seconds, the entry; returns its number
local meta = KEYS[1] .. ':meta'
local node, count = ARGV[3], tonumber(ARGV[4])
if tonumber(redis.call('HGET', meta, 'node:' .. node) or 0) >= count then
  return 0 -- was written already: the answer was lost
end
local epoch = redis.call('HGET', meta, 'epoch')
local newest = tonumber(redis.call('HGET', meta, 'newest') or 0)
if not epoch or (epoch == ARGV[5] and newest < tonumber(ARGV[6])) then
  -- There is nothing, or something older than it was.
  epoch = ARGV[2]
  redis.call('DEL', KEYS[1])
  redis.call('HSET', meta, 'epoch', epoch, 'bytes', 0)
end
local number = newest + 1
local entry = ARGV[10]
local time = redis.call('TIME')
local bytes = redis.call('HINCRBY', meta, 'bytes', #entry)
redis.call('HSET', meta, 'newest', number, 'node:' .. node, count)
redis.call('XADD', KEYS[1], number .. '-0', 'entry', entry, 'time', time[1])
while true do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  if not oldest or not (redis.call('XLEN', KEYS[1]) > tonumber(ARGV[7]) or bytes > tonumber(ARGV[8])
      or time[1] - oldest[2][4] > tonumber(ARGV[9])) then
    break
  end
  bytes = redis.call('HINCRBY', meta, 'bytes', -#oldest[2][2])
  redis.call('XDEL', KEYS[1], oldest[1])
end
redis.call('EXPIRE', KEYS[1], ARGV[9])
redis.call('EXPIRE', meta, ARGV[9] * 2)
redis.call('PUBLISH', ARGV[1], cmsgpack.pack(epoch, number, entry))
return number
