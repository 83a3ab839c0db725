-- digest of what was seen; removes it if it is still there, and returns whether it was
local now = redis.call('GET', KEYS[1])
if now and redis.sha1hex(now) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return '1'
end
return '0'
