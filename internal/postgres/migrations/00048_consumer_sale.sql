-- What was told of whether a consumer's debt is the price of a purchase (art. 7:28 BW) has three states: yes, no, or nothing, which is taken for yes. What a person tells
-- later stands beside what the client told at hand-over, which is what the same file says when it is handed over again. Of claims of before, "yes" and nothing were one.

-- +goose Up
ALTER TABLE claim
    ADD COLUMN consumer_sale           text NOT NULL DEFAULT '' CHECK (consumer_sale IN ('', 'yes', 'no')), -- as handed over
    ADD COLUMN consumer_sale_corrected text CHECK (consumer_sale_corrected IN ('yes', 'no'));

ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
UPDATE claim SET consumer_sale = 'no' WHERE no_sale;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;

-- Workers of the release before still read no_sale and write it at hand-over, while both releases run: it is kept equal to what holds, and what they write is taken over.
-- A later release, when none of them runs any more, drops the column, this trigger and its function.
-- +goose StatementBegin
CREATE FUNCTION keep_no_sale() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_OP = 'INSERT' AND NEW.no_sale AND NEW.consumer_sale = '' THEN
        NEW.consumer_sale := 'no';
    END IF;
    NEW.no_sale := COALESCE(NEW.consumer_sale_corrected, NEW.consumer_sale) = 'no';
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER keep_no_sale BEFORE INSERT OR UPDATE OF consumer_sale, consumer_sale_corrected ON claim FOR EACH ROW EXECUTE FUNCTION keep_no_sale();
