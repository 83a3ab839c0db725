-- node, lease, silence; returns whether the lease goes on, epoch, version, what was last written, who is to be swept, the herald
local time = now()
if epoch() == '' then
  return cmsgpack.pack(false, '', 0, 0, '', '')
end
local alive = tonumber(redis.call('HGET', meta, 'alive') or time)
redis.call('HSET', meta, 'alive', time)
if time - alive > tonumber(ARGV[3]) then
  -- Nobody was heard: it was Redis that was away, and the nodes are given time to come back.
  for _, node in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
    redis.call('ZADD', leases, time + ARGV[2], node)
  end
end
local lives = redis.call('ZSCORE', leases, ARGV[1])
if lives then
  redis.call('ZADD', leases, time + ARGV[2], ARGV[1])
end
local herald = redis.call('HGET', meta, 'herald') or ''
if lives and tonumber(redis.call('ZSCORE', leases, herald) or 0) < time then
  herald = ARGV[1]
  redis.call('HSET', meta, 'herald', herald)
end
local dead = redis.call('SRANDMEMBER', dying) or redis.call('ZRANGEBYSCORE', leases, '-inf', time, 'LIMIT', 0, 1)[1]
local written = tonumber(redis.call('HGET', base .. ':written', ARGV[1]) or 0)
return cmsgpack.pack(lives and true or false, epoch(), version(), written, dead or '', herald)
