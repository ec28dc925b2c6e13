-- Counts one event, once. The layout of all keys is in this crate's documentation.
--
-- KEYS  1 the user's state, 2 the event's marker, 3 the marker that the histories of the user's slot are known,
--       4 the list of what was counted while they are not, 5 what the user's devices were lent
-- ARGV  1 seconds the marker lives, 2 seconds a confirmed state lives, 3 now: when the event happened,
--       4-7 the numbers of the windows (minute, hour, day, week) of now, 8-11 those of the arrival,
--       12 the most fields of items, 13 how many of them are kept when there are more,
--       from 14: the fields to count in
-- Returns 1 if this call counted the event, 0 if an earlier call did.

local state, marker = KEYS[1], KEYS[2]
local now = tonumber(ARGV[3])
local windows = { tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]) }
-- The day and the week that the zones furthest ahead of UTC have reached, 14 hours ahead. A user's day and week never
-- go back, so a showing in a zone that is behind counts in a newer window that some zone has reached.
local newest_day = math.floor((now + 14 * 3600) / 86400)
local newest = { windows[1], windows[2], newest_day, math.floor((newest_day + 3) / 7) }
-- An event that arrives late belongs to an older window than the one it arrives in. A stored window up to that one is
-- no other zone's.
local arrived = { tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]) }
local fields_max, fields_kept = tonumber(ARGV[12]), tonumber(ARGV[13])
local COUNT_MAX = 4294967295
-- A user may be invented until an event arrives an hour after the first. Such a state lives for eight days: longer than
-- any window, and than the user is new.
local UNCONFIRMED_SECONDS, CONFIRMED_AFTER_SECONDS = 8 * 86400, 3600

-- Redis undoes nothing when a script fails, so the calls that can fail come before the first write.
redis.call('HLEN', state)
redis.call('HLEN', KEYS[5])
local seconds_left = redis.call('TTL', state)
local is_known = redis.call('EXISTS', KEYS[3]) == 1
if not is_known then
  redis.call('LLEN', KEYS[4])
end
if not redis.call('SET', marker, '1', 'NX', 'EX', ARGV[1]) then
  return 0
end
-- A slot that is counted as shown is lent no more.
local lent = string.match(marker, ':impression:(.*)$')
if lent then
  redis.call('HDEL', KEYS[5], lent)
end
if not is_known then
  -- A rebuild replaces the state by what the ledger had when it was read, and counts this event again if it is not
  -- among that. The list is for the time of a rebuild; the ledger has the event for longer.
  redis.call('RPUSH', KEYS[4], marker .. '\n' .. table.concat(ARGV, '\n'))
  redis.call('LTRIM', KEYS[4], -1000, -1)
  redis.call('EXPIRE', KEYS[4], 7200)
end

local function integer(number)
  return string.format('%.0f', number)
end

local function later(value)
  return integer(math.max(tonumber(value or '') or now, now))
end

local function counted(value)
  local numbers = {}
  for text in string.gmatch(value or '', '%S+') do
    numbers[#numbers + 1] = tonumber(text)
  end
  if #numbers ~= 10 then
    numbers = { 0, now, windows[1], 0, windows[2], 0, windows[3], 0, windows[4], 0 }
  end
  numbers[1] = math.min(numbers[1] + 1, COUNT_MAX)
  numbers[2] = math.max(numbers[2], now)
  for index, window in ipairs(windows) do
    local at = 1 + 2 * index
    local is_ahead = numbers[at] > window and numbers[at] > arrived[index] and numbers[at] <= newest[index]
    if numbers[at] == window or is_ahead then
      numbers[at + 1] = math.min(numbers[at + 1] + 1, COUNT_MAX)
    elseif numbers[at] < window then
      numbers[at], numbers[at + 1] = window, 1
    end
  end
  for index, number in ipairs(numbers) do
    numbers[index] = integer(number)
  end
  return table.concat(numbers, ' ')
end

for index = 14, #ARGV do
  local field = ARGV[index]
  local kind = string.sub(field, 1, 2)
  local value = redis.call('HGET', state, field)
  if kind == 'k:' then
    value = integer(math.min((tonumber(value or '') or 0) + 1, COUNT_MAX))
  elseif kind == 't:' then
    value = later(value)
  else
    value = counted(value)
  end
  redis.call('HSET', state, field, value)
end

local first = tonumber(redis.call('HGET', state, 'f') or '')
if not first or now < first then
  redis.call('HSET', state, 'f', integer(now))
end

-- When the item of a field was last shown; nil for a field that belongs to no item.
local function last_shown(field, value, shown)
  local kind = string.sub(field, 1, 2)
  if kind == 'l:' or kind == 'c:' or kind == 'a:' then
    return tonumber(string.match(value, '^%S+ (%S+)')) or 0
  elseif kind == 't:' then
    return tonumber(value) or 0
  elseif kind == 'k:' and shown then
    local id = string.sub(field, 3)
    return shown['l:' .. id] or shown['t:' .. id] or 0
  end
end

-- `f` belongs to no item, hence the + 1.
if redis.call('HLEN', state) > fields_max + 1 then
  local all = redis.call('HGETALL', state)
  local shown, items = {}, {}
  for index = 1, #all, 2 do
    shown[all[index]] = last_shown(all[index], all[index + 1])
  end
  for index = 1, #all, 2 do
    local at = last_shown(all[index], all[index + 1], shown)
    if at then
      items[#items + 1] = { field = all[index], at = at }
    end
  end
  -- Fields of the same instant are deleted in the order t, l, k, c, a: an advertiser's count caps the most items.
  table.sort(items, function(one, other)
    if one.at ~= other.at then
      return one.at < other.at
    end
    return one.field > other.field
  end)
  if #items > fields_max then
    for index = 1, #items - fields_kept do
      redis.call('HDEL', state, items[index].field)
    end
  end
end

-- The time that is left of a state that is not confirmed tells when its first event arrived.
if seconds_left == -2 then
  redis.call('EXPIRE', state, UNCONFIRMED_SECONDS)
elseif seconds_left > UNCONFIRMED_SECONDS or seconds_left <= UNCONFIRMED_SECONDS - CONFIRMED_AFTER_SECONDS then
  redis.call('EXPIRE', state, ARGV[2])
end
return 1
