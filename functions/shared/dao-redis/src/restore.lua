-- Replaces what is counted for one user by what the ledger has.
--
-- KEYS  1 the user's state, 2 the list of what was counted while the history is not known, 3 the note that a rebuild is
--       at work on the user's slot, from 4 the markers of the ledger's events that may be reported again
-- ARGV  1 the rebuild's name, 2 when the state expires in epoch seconds, 3 how many fields the state has, then field and
--       value of each, then how many seconds each marker lives
-- Returns what of the list the ledger did not have yet, as count.lua wrote it: it is to be counted again. Returns false
-- if another rebuild, or none, is at work.

local state, list = KEYS[1], KEYS[2]
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return false
end
local late = redis.call('LRANGE', list, 0, -1)
redis.call('DEL', state, list)
local fields = tonumber(ARGV[3])
for index = 0, fields - 1 do
  redis.call('HSET', state, ARGV[4 + 2 * index], ARGV[5 + 2 * index])
end
redis.call('EXPIREAT', state, ARGV[2])
local has = {}
for index = 4, #KEYS do
  has[KEYS[index]] = true
  redis.call('SET', KEYS[index], '1', 'EX', ARGV[2 * fields + index])
end
local left = {}
for _, event in ipairs(late) do
  local marker = string.match(event, '^[^\n]*')
  if not has[marker] then
    redis.call('DEL', marker)
    left[#left + 1] = event
  end
end
return left
