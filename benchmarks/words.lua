-- Readers' sentences and sellers' lists for wrk, no two alike; words.py fills in what begins with a dollar sign.
local phrases, nouns, adjectives = $PHRASES, $NOUNS, $ADJECTIVES
local seller, names, spam = $SELLER, $NAMES, $SPAM
title, excerpt = $TITLE, $EXCERPT
math.randomseed($SEED)

function pick(words) return words[math.random(#words)] end

local words, ends = { a = adjectives, n = nouns }, { ".", "!", "?" }

local function sentence()
  local said = pick(phrases):gsub("{(%a)}", function(slot) return pick(words[slot]) end)
  return said:sub(1, 1):upper() .. said:sub(2) .. pick(ends)
end

function text()
  local said = { sentence() }
  if math.random() < spam then
    for _ = 1, math.random(15, 40) do said[#said + 1] = pick(seller) end
    said[#said + 1] = string.format("http://%s-%d.example.com/", pick(seller), math.random(999999))
  else
    for _ = 1, math.random(1, 4) do said[#said + 1] = sentence() end
  end
  return table.concat(said, " ")
end

function author() return pick(names), math.random(999999999) end

done = function(summary, latency, requests)
  local milliseconds = function(share) return latency:percentile(share) / 1000 end
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p90": %f, "p99": %f, "max": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, milliseconds(50), milliseconds(90), milliseconds(99),
    latency.max / 1000, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
