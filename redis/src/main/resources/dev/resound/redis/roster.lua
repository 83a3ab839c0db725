-- What all scripts of the roster begin with. One shard's keys have one slot, KEYS[1] names it.
local base = KEYS[1]
local leases = base .. ':leases' -- until when each node's part is good, in milliseconds by Redis
local meta = base .. ':meta' -- epoch: another one, other data; version: counts what was told; alive: the last beat; herald: who tells the world
local dying = base .. ':dying' -- nodes whose lease is gone, and whose part is not yet

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function version()
  return tonumber(redis.call('HGET', meta, 'version') or 0)
end

local function epoch()
  return redis.call('HGET', meta, 'epoch') or ''
end

-- All nodes hear it, in the order of the versions.
local function tell(channel, shard, node, old, changes)
  local number = redis.call('HINCRBY', meta, 'version', 1)
  redis.call('PUBLISH', channel, cmsgpack.pack(tonumber(shard), epoch(), number, node, old, changes))
end

local function users_of(node, topic)
  return base .. ':users:' .. node .. ':' .. topic
end

-- The first node where this user is.
local function add_user(node, topic, user, data)
  return redis.call('HSET', users_of(node, topic), user, data) == 1
    and redis.call('HINCRBY', base .. ':known:' .. topic, user, 1) == 1
end

-- What has changed for all nodes together is kept for the one that tells the world.
-- A turn: scope, name, members before and after, users who came and went, each with what is said of them.
local function keep(turns, wanted)
  if wanted == '1' and #turns > 0 then
    redis.call('XADD', base .. ':turns', 'MAXLEN', '~', 10000, '*', 'turns', cmsgpack.pack(turns))
  end
end

-- What was said of the user, if that was the last node.
local function remove_user(node, topic, user)
  local data = redis.call('HGET', users_of(node, topic), user)
  if not data then
    return nil
  end
  redis.call('HDEL', users_of(node, topic), user)
  if redis.call('HINCRBY', base .. ':known:' .. topic, user, -1) > 0 then
    return nil
  end
  redis.call('HDEL', base .. ':known:' .. topic, user)
  return data
end

-- Sets a node's number of members; returns how many there are on all of them.
local function set_members(node, scope, name, members)
  local topic = scope .. '\n' .. name
  local counts = base .. ':members:' .. topic
  local occupied = base .. ':occupied:' .. scope
  local before = tonumber(redis.call('HGET', counts, node) or 0)
  if members == 0 and redis.call('HLEN', users_of(node, topic)) == 0 then
    redis.call('HDEL', counts, node)
    redis.call('SREM', base .. ':topics:' .. node, topic)
  else
    redis.call('HSET', counts, node, members)
    redis.call('SADD', base .. ':topics:' .. node, topic)
  end
  local total = redis.call('HINCRBY', occupied, name, members - before)
  if total <= 0 then
    redis.call('HDEL', occupied, name)
  end
  return total
end

local function total_of(scope, name)
  return tonumber(redis.call('HGET', base .. ':occupied:' .. scope, name) or 0)
end

-- Takes a node out of a topic; adds the users who are nowhere any more to those that went.
local function leave(node, scope, name, went)
  local topic = scope .. '\n' .. name
  for _, user in ipairs(redis.call('HKEYS', users_of(node, topic))) do
    local data = remove_user(node, topic, user)
    if data then
      went[#went + 1] = user
      went[#went + 1] = data
    end
  end
  return set_members(node, scope, name, 0)
end
