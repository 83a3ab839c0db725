-- node, lease, epoch if there is none
local time = now()
if epoch() == '' then
  redis.call('HSET', meta, 'epoch', ARGV[3], 'version', 0, 'alive', time)
end
redis.call('ZADD', leases, time + ARGV[2], ARGV[1])
return cmsgpack.pack(epoch(), version())
