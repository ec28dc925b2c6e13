-- Makes the histories of a slot known, if the rebuild that asks for it has been at work on it all the time: a slot that
-- was lost meanwhile has lost the note of the rebuild, too.
--
-- KEYS  1 the marker, 2 the note that a rebuild is at work
-- ARGV  1 the rebuild's name
-- Returns whether the histories are known.

if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return redis.call('EXISTS', KEYS[1])
end
redis.call('SET', KEYS[1], '1')
redis.call('DEL', KEYS[2])
return 1
