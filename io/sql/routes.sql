-- SPDX-License-Identifier: MIT
-- How a request came to its model.  `model` is the one that answered, or was called last.

ALTER TABLE requests ADD COLUMN asked_model TEXT NOT NULL DEFAULT ''; -- by the client; '': not known
ALTER TABLE requests ADD COLUMN step TEXT NOT NULL DEFAULT 'best'; -- snapshot, weaker, prepared
ALTER TABLE requests ADD COLUMN degraded INTEGER AS (step = 'prepared');
