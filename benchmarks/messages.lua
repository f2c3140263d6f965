-- The same comments as the mail that Rspamd takes.
request = function()
  local name, who = author()
  local body = string.format(
    'From: %s <reader%d@example.org>\r\nTo: blog@example.org\r\nSubject: %s\r\n'
      .. 'Message-ID: <%d@example.org>\r\nMIME-Version: 1.0\r\n'
      .. 'Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n',
    name, who, title, who, text())
  return wrk.format("POST", "/checkv2", {}, body)
end
