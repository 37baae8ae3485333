-- What a correction told of the promise or the payment arrangement in force was a mark of its day among the letters that it corrects, and two promises of one day shared it. It has columns of its own:
-- the event by which that was recorded, and what it comes to (docs/decisions/0078). Of a day with several the last that had not ended by the day of the letter was told of.

-- +goose Up
ALTER TABLE letter
    ADD COLUMN told_of    text   NOT NULL DEFAULT '',
    ADD COLUMN told_comes bigint NOT NULL DEFAULT 0;

ALTER TABLE letter NO FORCE ROW LEVEL SECURITY;
ALTER TABLE promise NO FORCE ROW LEVEL SECURITY;
ALTER TABLE arrangement NO FORCE ROW LEVEL SECURITY;
WITH mark AS (
    SELECT l.client_id, l.id, l.claim_id, l.on_day, m[1] AS kind, m[2]::date AS given, m[3]::bigint AS comes
    FROM letter l CROSS JOIN LATERAL regexp_matches(l.corrects, '(?:^| )(promise|arrangement)@(\d{4}-\d\d-\d\d)=(\d+)(?= |$)') m),
agreement AS (
    SELECT claim_id, 'promise' AS kind, key, given_on AS given, ended_on, seq FROM promise
    UNION ALL SELECT claim_id, 'arrangement', key, agreed_on, ended_on, seq FROM arrangement),
told AS (
    SELECT DISTINCT ON (m.id) m.client_id, m.id, m.kind || ':' || a.key AS told_of, m.comes FROM mark m
    JOIN agreement a ON a.claim_id = m.claim_id AND a.kind = m.kind AND a.given = m.given
    ORDER BY m.id, (a.ended_on IS NULL OR a.ended_on > m.on_day) DESC, a.seq DESC)
UPDATE letter l SET told_of = t.told_of, told_comes = t.comes, corrects = btrim(regexp_replace(' ' || l.corrects, ' (promise|arrangement)@\d{4}-\d\d-\d\d=\d+(?= |$)', '', 'g'))
FROM told t WHERE l.client_id = t.client_id AND l.id = t.id;

-- +goose StatementBegin
DO $$
DECLARE l record;
BEGIN
    FOR l IN SELECT id, corrects FROM letter WHERE corrects ~ '(^| )(promise|arrangement)@' LOOP
        RAISE EXCEPTION 'letter % tells "%" of what was agreed, which cannot be read; right would be promise@DAY=CENTS or arrangement@DAY=CENTS, of a day on which one was given', l.id, l.corrects;
    END LOOP;
END
$$;
-- +goose StatementEnd
ALTER TABLE letter FORCE ROW LEVEL SECURITY;
ALTER TABLE promise FORCE ROW LEVEL SECURITY;
ALTER TABLE arrangement FORCE ROW LEVEL SECURITY;

ALTER TABLE letter
    ADD CONSTRAINT letter_told_check CHECK (CASE WHEN told_of = '' THEN told_comes = 0 ELSE kind = 'correction' AND told_of ~ '^(promise|arrangement):.' AND told_comes >= 0 END),
    ADD CONSTRAINT letter_corrects_letters CHECK (corrects !~ '(^| )(promise|arrangement)@');
