-- Comments of everyday words for wrk, no two alike; words.py fills in what begins with a dollar sign.
local reader, seller = $READER, $SELLER
local keys, spam = $KEYS, $SPAM
math.randomseed($SEED)

local function pick(words) return words[math.random(#words)] end

local number = 0

request = function()
  local words, sells = {}, math.random() < spam
  for place = 1, math.random(25, 60) do
    words[place] = pick((sells and place % 3 == 1) and seller or reader)
  end
  number = number + 1
  if sells then
    words[#words + 1] = string.format("http://%s-%d.example.com/", pick(seller), math.random(999999))
  end
  local key = keys[number % #keys + 1]
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }
  local who = math.random(999999999)
  local body = string.format(
    '{"content": "%s", "author": {"name": "Reader %d", "email": "reader%d@example.org", "ip": "192.0.2.7"}, '
      .. '"post": {"title": "How the harbour was rebuilt", "excerpt": "A year of work on the coast."}}',
    table.concat(words, " "), who, who)
  return wrk.format("POST", "/v1/comments", headers, body)
end

done = function(summary, latency, requests)
  local milliseconds = function(share) return latency:percentile(share) / 1000 end
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p90": %f, "p99": %f, "max": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, milliseconds(50), milliseconds(90), milliseconds(99),
    latency.max / 1000, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
