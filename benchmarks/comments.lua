-- Comments as our API takes them.
local keys = $KEYS
local number = 0

request = function()
  number = number + 1
  local key = keys[number % #keys + 1]
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }
  local name, who = author()
  local body = string.format(
    '{"content": "%s", "author": {"name": "%s", "email": "reader%d@example.org", "ip": "192.0.2.7"}, '
      .. '"post": {"title": "%s", "excerpt": "%s"}}',
    text(), name, who, title, excerpt)
  return wrk.format("POST", "/v1/comments", headers, body)
end
