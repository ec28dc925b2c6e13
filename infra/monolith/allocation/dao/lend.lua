-- Replaces what one device of a user was lent on a unit, and returns what all others have been lent. The layout of all
-- keys is in this crate's documentation.
--
-- KEYS  1 the user's loans
-- ARGV  1 the borrower: a hash of the unit and the device, 2 now, 3 whether the loans are noted (1) or nothing changes (0),
--       then of each slot: `<request id>:<position>`, until when it may be shown, the id of its line item
-- Returns the ids of the line items of the slots that other borrowers have, sorted, one for each slot.

local loans, borrower, now, is_noted = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
-- A user has few devices, and invented ones must not fill the key.
local BORROWERS_MAX = 8

local over, others, ends = {}, {}, {}
local all = redis.call('HGETALL', loans)
for index = 1, #all, 2 do
  local by, till, item = string.match(all[index + 1], '^(%x+) (%d+) (.+)$')
  till = tonumber(till or '')
  if not till or till <= now or by == borrower then
    over[#over + 1] = all[index]
  else
    others[#others + 1] = { field = all[index], by = by, item = item }
    ends[by] = math.max(ends[by] or 0, till)
  end
end

-- The borrower itself is one of them.
local known = {}
for by in pairs(ends) do
  known[#known + 1] = by
end
table.sort(known, function(one, other)
  if ends[one] ~= ends[other] then
    return ends[one] > ends[other]
  end
  return one < other
end)
for index = BORROWERS_MAX, #known do
  ends[known[index]] = nil
end

local items, latest = {}, now
for _, loan in ipairs(others) do
  if ends[loan.by] then
    items[#items + 1] = loan.item
    latest = math.max(latest, ends[loan.by])
  else
    over[#over + 1] = loan.field
  end
end
table.sort(items)
if not is_noted then
  return items
end

for _, field in ipairs(over) do
  redis.call('HDEL', loans, field)
end
for index = 4, #ARGV, 3 do
  redis.call('HSET', loans, ARGV[index], borrower .. ' ' .. ARGV[index + 1] .. ' ' .. ARGV[index + 2])
  latest = math.max(latest, tonumber(ARGV[index + 1]))
end
if latest > now then
  redis.call('EXPIRE', loans, string.format('%.0f', latest - now))
else
  redis.call('DEL', loans)
end
return items
