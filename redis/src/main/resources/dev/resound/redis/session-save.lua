-- value (none: it is removed), milliseconds, digests of what may be there (none: anything); returns whether it was done
if #ARGV > 2 then
  local now = redis.call('GET', KEYS[1])
  local known = false
  if now then
    local digest = redis.sha1hex(now)
    for i = 3, #ARGV do
      known = known or digest == ARGV[i]
    end
  end
  if not known then
    return '0'
  end
end
if ARGV[1] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return '1'
