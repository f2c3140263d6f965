CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
    created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR,
    text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL,
    notification INTEGER DEFAULT 0);
INSERT INTO threads VALUES (1, '/rye/', 'Why my rye loaf cracks & what helps');
INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, email, website, voters) VALUES
  (1, 1, NULL, 1614849300.25, 1, '203.0.113.0', 'I slash mine **before** the second rise & it stopped cracking.', 'Jonas', 'jonas@reader.example', 'https://jonas.example/', x'00'),
  (1, 2, 1, 1614855600.0, 1, '203.0.113.0', 'It does: a cup of water in a hot tray.', 'Marta', NULL, NULL, x'00'),
  (1, 3, NULL, 1614906000.0, 2, '198.51.100.0', 'Great article! [Best oven 70% off](https://ovens.deals.example/buy)', 'Cheap Oven Deals', 'win@deals.example', 'https://ovens.deals.example/buy', x'00'),
  (1, 4, NULL, 1615014000.0, 4, '198.51.100.0', '', NULL, NULL, NULL, x'00'),
  (1, 5, 4, 1615014060.0, 1, '203.0.113.0', 'Please keep it friendly here.', NULL, NULL, NULL, x'00');
