package postgres_test

import (
	"bytes"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// A letter is written with its client's brand as it is then; whoever reads the case file for something else does not read the logo.
func TestALetterIsWrittenWithTheBrandOfThatDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	action := w.next(ref)
	save := func(brand postgres.Brand) string {
		id, err := w.SaveClient(t.Context(), postgres.Client{Code: "A", Plan: "premium", Brand: brand, Party: postgres.Party{
			Name: "A", Street: "K 1", Postcode: "3011 AB", Town: "R", Email: "a@client.example", Language: "nl"}})
		ok(t, err)
		return id
	}
	for name, want := range map[string]postgres.Brand{
		"colour and logo": {Colour: "#0b6b5d", Logo: bytes.Repeat([]byte("logo"), 50_000)}, "another logo": {Logo: []byte("x")}, "only a colour": {Colour: "#18345c"}, "none any more": {},
	} {
		save(want)
		before := w.counts()
		if save(want) != w.client || w.counts() != before {
			t.Errorf("%s: told again it is news", name)
		}
		file, err := w.CaseFile(t.Context(), ref)
		ok(t, err)
		if file.Brand.Colour != want.Colour || file.Brand.Logo != nil {
			t.Errorf("%s: the case file has %q and %d bytes", name, file.Brand.Colour, len(file.Brand.Logo))
		}
		var got postgres.Brand
		_, _, _, err = w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, func(file postgres.CaseFile) (postgres.Draft, error) {
			got = file.Brand
			return write(file)
		})
		ok(t, err)
		if got.Colour != want.Colour || !bytes.Equal(got.Logo, want.Logo) {
			t.Errorf("%s: the letter has %q and %d bytes", name, got.Colour, len(got.Logo))
		}
	}
}

// The schema refuses what no letter could print, whoever writes it.
func TestTheSchemaKeepsBrandsPrintable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, sql := range []string{`UPDATE client SET colour = 'navy'`, `UPDATE client SET colour = '#18345C'`, `UPDATE client SET logo = ''`, `UPDATE client SET logo = convert_to(repeat('x', 300001), 'UTF8')`} {
		if _, err := w.super.Exec(t.Context(), sql); code(err) != "23514" {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
