package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

const goodClient = `- code: VBE
  plan: premium
  name: Voorbeeld Energie B.V.
  street: Demokade 1
  postcode: 3011ab
  town: Voorbeeldstad
  email: administratie@voorbeeld.example
  kvk: 01234567
  iban: NL91 ABNA 0417 1643 00
  language: nl
`

func TestAFileOfClientsSaysWhatIsWrongInIt(t *testing.T) {
	t.Parallel()
	today := calendar.DateOf(operator().At)
	for _, c := range []struct {
		name, old, new string
		code           int
		want           string // after the name of the file
	}{
		{"right", "", "", 0, ""},
		{"no code", "code: VBE", "code:", 2, `line 1: client 1 (""): code: is empty, and it is required`},
		{"a code in small letters", "VBE", "vbe", 2, `line 1: client 1 ("vbe"): code: "vbe" is not a code; right would be 2 to 10 capitals and digits: VBE`},
		{"a code of eleven", "VBE", "VBE45678901", 2, `line 1: client 1 ("VBE45678901"): code: "VBE45678901" is not a code`},
		{"a name of 101 characters", "Voorbeeld Energie B.V.", strings.Repeat("é", 101), 2, `line 3: client 1 ("VBE"): name: is longer than 100 characters`},
		{"a name that no font has", "Energie", "𐌰", 2, `line 3: client 1 ("VBE"): name: character '𐌰' (U+10330) in "Voorbeeld 𐌰 B.V." cannot be printed`},
		{"a name over two lines", "name: Voorbeeld Energie B.V.", `name: "Voor\nbeeld"`, 2, `line 3: client 1 ("VBE"): name: character '\n'`},
		{"no postcode", "3011ab", "30113", 2, `line 5: client 1 ("VBE"): postcode: "30113" is not a Dutch postcode; right would be 1234 AB`},
		{"no e-mail address", "administratie@", "administratie", 2, `line 7: client 1 ("VBE"): email: "administratievoorbeeld.example" is not an e-mail address; right would be naam@voorbeeld.nl`},
		{"a KvK number of seven digits", "01234567", "1234567", 2, `line 8: client 1 ("VBE"): kvk: "1234567" is not a KvK number; right would be eight digits`},
		{"an IBAN that is wrong", "NL91", "NL19", 2, `line 9: client 1 ("VBE"): iban: IBAN "NL19 ABNA 0417 1643 00" has check digits 19; for this account they would be 91`},
		{"a place of marks alone", "Voorbeeldstad", `"---"`, 2, `line 6: client 1 ("VBE"): town: "---" has no letter and no digit`},
		{"a name of marks alone", "Voorbeeld Energie B.V.", `"|||"`, 2, `line 3: client 1 ("VBE"): name: "|||" has no letter and no digit; right would be what letters print`},
		{"an e-mail address without a dot after its @", "@voorbeeld.example", "@voorbeeld", 2, `line 7: client 1 ("VBE"): email: "administratie@voorbeeld" is not an e-mail address`},
		{"an e-mail address with two @", "administratie@", `'"a@b"@` + "voorbeeld.example'\n  phone: 010-1234567 #", 2, `line 7: client 1 ("VBE"): email: "\"a@b\"@voorbeeld.example" is not an e-mail address`},
		{"a VAT number with a wrong digit", "language: nl", "language: nl\n  vat: NL001234567B01", 2, `line 11: client 1 ("VBE"): vat: VAT number "NL001234567B01" has digits that pass neither`},
		{"a VAT number of Germany", "language: nl", "language: nl\n  vat: DE123456789", 2, `line 11: client 1 ("VBE"): vat: VAT number "DE123456789" is not Dutch`},
		{"a telephone number that is none", "language: nl", "language: nl\n  phone: bel ons", 2, `line 11: client 1 ("VBE"): phone: "bel ons" is not a telephone number; right would be 010-123 45 67 or +31 10 123 45 67`},
		{"a website that is none", "language: nl", "language: nl\n  website: ftp://voorbeeld.nl", 2, `line 11: client 1 ("VBE"): website: "ftp://voorbeeld.nl" is not a website; right would be www.voorbeeld.nl or https://www.voorbeeld.nl`},
		{"no such plan", "premium", "gold", 2, `line 2: client 1 ("VBE"): plan: "gold" is not a plan; right would be basis or premium`},
		{"no such language", "language: nl", "language: de", 2, `line 10: client 1 ("VBE"): language: "de" is neither nl nor en`},
		{"a declaration without a day", "language: nl", "language: nl\n  vat_declared: yes", 2, `line 11: client 1 ("VBE"): vat_declared: date "yes" is not a date`},
		{"a declaration of a day to come", "language: nl", "language: nl\n  vat_declared: 2999-01-01", 2, `line 11: client 1 ("VBE"): vat_declared: 2999-01-01 cannot be; right would be the day on which`},
		{"an agreement that starts on no day", "language: nl", "language: nl\n  agreement_start: soon", 2, `line 11: client 1 ("VBE"): agreement_start: date "soon" is not a date; right would be 2026-12-31 or 31-12-2026; it is the first day of the agreement, or no key`},
		{"an agreement of a day that is too far ahead", "language: nl", "language: nl\n  agreement_start: 9999-01-01", 2, `line 11: client 1 ("VBE"): agreement_start: 9999-01-01 cannot be; right would be the first day of the agreement, from ` + today.AddYears(-20).String() + " up to and including " + today.AddYears(1).String() + ", or no key"},
		{"an agreement of a day before anybody lived", "language: nl", "language: nl\n  agreement_start: 1800-01-01", 2, `line 11: client 1 ("VBE"): agreement_start: 1800-01-01 cannot be; right would be the first day of the agreement, from ` + today.AddYears(-20).String()},
		{"a declaration of a day before anybody lived", "language: nl", "language: nl\n  vat_declared: 1800-01-01", 2, `line 11: client 1 ("VBE"): vat_declared: 1800-01-01 cannot be; right would be the day on which`},
		{"no such party for the court fee", "language: nl", "language: nl\n  court_party: company", 2, `line 11: client 1 ("VBE"): court_party: "company" is neither legal, natural (a sole trader or a private person) nor indigent`},
		{"the same code twice", "- code", goodClient + "- code", 2, `line 11: client 2 ("VBE"): code: stands at client 1 already; right would be one entry for each client`},
		{"a key that is not known", "town", "city", 3, "line 6: key city is not known; right would be: code, plan, name, street, postcode, town, email, phone, website, kvk, vat, iban, account_holder, language, vat_declared, agreement_start, court_party, trajectory_consumer, trajectory_business, colour, logo"},
		{"a colour that cannot be read", "language: nl", "language: nl\n  colour: \"#ffc400\"", 2, `line 11: client 1 ("VBE"): colour: #ffc400 has a contrast of 1.59 to 1 on white, too little to read`},
		{"a colour without quotes, which is a comment", "language: nl", "language: nl\n  colour: #18345c", 2, `line 11: client 1 ("VBE"): colour: is empty; right would be "#18345c" in quotes`},
		{"two colours", "language: nl", "language: nl\n  colour: [a, b]", 2, `line 11: client 1 ("VBE"): colour: is empty`},
		{"a logo that is not there", "language: nl", "language: nl\n  logo: /nowhere/logo.png", 2, `line 11: client 1 ("VBE"): logo: stat /nowhere/logo.png: no such file or directory; right would be the name of a PNG or JPEG file`},
		{"a directory as logo", "language: nl", "language: nl\n  logo: .", 2, `line 11: client 1 ("VBE"): logo: `},
		{"the file of clients as logo", "language: nl", "language: nl\n  logo: clients.yaml", 2, `line 11: client 1 ("VBE"): logo: clients.yaml is not a picture that can be printed; right would be a PNG or JPEG file`},
		{"an entry without anything", "- code", "-\n- code", 3, "line 1: client 1 is empty; right would be no entry, or one with: code, plan"},
		{"an entry that is null, after one", "language: nl\n", "language: nl\n- null\n", 3, "line 11: client 2 is empty; right would be no entry, or one with: code, plan"},
		{"an e-mail address with an accent", "administratie@", "zoë@", 2, `line 7: client 1 ("VBE"): email: "zoë@voorbeeld.example" has a character that is not ASCII`},
		{"no list", "- code", "  code", 3, "line 1: is not what it should be; right would be a list of clients, each value one text"},
		{"two documents", "language: nl", "language: nl\n---\n- code: ABC", 3, "there is more after the first document; right would be one list, without a second ---"},
		{"nothing", goodClient, "", 3, "there are no clients; right would be a list, each with: code, plan"},
	} {
		name := filepath.Join(t.TempDir(), "clients.yaml")
		if err := os.WriteFile(name, []byte(strings.Replace(goodClient, c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		clients, err := readClients(name, shippedPlans(t), nil)
		if c.code == 0 {
			if err != nil || len(clients) != 1 || clients[0].Party.Postcode != "3011 AB" || clients[0].Party.KvK != "01234567" || clients[0].Party.IBAN != "NL91ABNA0417164300" {
				t.Errorf("%s: %+v, %v", c.name, clients, err)
			}
			continue
		}
		var coded *exitError
		if !errors.As(err, &coded) || coded.code != c.code || !strings.HasPrefix(err.Error(), name+": "+c.want) || strings.Contains(err.Error(), "struct") {
			t.Errorf("%s: %v, want %d: %s", c.name, err, c.code, c.want)
		}
	}
}

// Everything that is wrong with the clients of a file comes at once, a line for each key.
func TestAFileOfClientsSaysAllThatIsWrong(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "clients.yaml")
	wrong := strings.NewReplacer("3011ab", "30113", "premium", "gold", "language: nl", "language: de\n  logo: /nowhere/logo.png\n  colour: \"#ffffff\"\n  agreement_start: 9999-01-01").Replace(goodClient)
	if err := os.WriteFile(name, []byte(wrong+strings.Replace(goodClient, "town: Voorbeeldstad", "town:", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := readClients(name, shippedPlans(t), nil)
	if err == nil {
		t.Fatal("it was taken")
	}
	var keys []string
	for line := range strings.Lines(err.Error()) {
		rest, _ := strings.CutPrefix(line, name+": ")
		parts := strings.SplitN(rest, ": ", 4)
		keys = append(keys, parts[0]+" "+parts[1]+" "+parts[2])
	}
	if got, want := strings.Join(keys, ", "), `line 2 client 1 ("VBE") plan, line 5 client 1 ("VBE") postcode, line 10 client 1 ("VBE") language, line 13 client 1 ("VBE") agreement_start, line 12 client 1 ("VBE") colour, line 11 client 1 ("VBE") logo, line 19 client 2 ("VBE") town, line 14 client 2 ("VBE") code`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A client's logo lies beside the file of clients, wherever the command is run; without one, and without a colour, a client has no brand.
func TestTheLogoLiesBesideTheFileOfClients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	logo, err := config.Data.ReadFile("samples/voorbeeld-energie.png")
	if err != nil {
		t.Fatal(err)
	}
	two := goodClient + strings.Replace(goodClient, "VBE", "VDR", 1) + "  colour: \"#0B6B5D\"\n  logo: logos/vdr.png\n"
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "logos"), 0o700), os.WriteFile(filepath.Join(dir, "logos", "vdr.png"), logo, 0o600),
		os.WriteFile(filepath.Join(dir, "clients.yaml"), []byte(two), 0o600)); err != nil {
		t.Fatal(err)
	}
	clients, err := readClients(filepath.Join(dir, "clients.yaml"), shippedPlans(t), nil)
	if err != nil || len(clients) != 2 {
		t.Fatal(clients, err)
	}
	if plain, own := clients[0].Brand, clients[1].Brand; plain.Colour != "" || plain.Logo != nil || own.Colour != "#0b6b5d" || !bytes.Equal(own.Logo, logo) {
		t.Errorf("brands %q with %d bytes and %q with %d bytes", plain.Colour, len(plain.Logo), own.Colour, len(own.Logo))
	}
}

// The demo leaves its clients' file with the logos that it names, and adding them again changes nothing.
func TestTheClientsOfTheDemoHaveTheirLogos(t *testing.T) {
	t.Parallel()
	db, dir := testkit.DB(t, postgres.Fingerprint(), func(ctx context.Context, url string) error {
		_, err := postgres.Migrate(ctx, url)
		return err
	}), t.TempDir()
	for range 2 {
		if err := addSampleClients(t.Context(), postgres.NewStore(db.App), dir); err != nil {
			t.Fatal(err)
		}
	}
	clients, err := readClients(filepath.Join(dir, "clients.yaml"), shippedPlans(t), nil)
	if err != nil || len(clients) != 2 || len(clients[0].Brand.Logo) == 0 || clients[1].Brand.Colour != "" {
		t.Errorf("%d clients, %v", len(clients), err)
	}
}

func TestTelephoneNumbersAndWebsites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what    string
		problem func(string) string
		right   bool
		texts   []string
	}{
		{"telephone number", phoneProblem, true, []string{"010-000 0001", "(010) 123 45 67", "0101234567", "06 12345678", "088 123 4567", "0800-1234", "0900 1234567", "14 010", "+31 10 123 45 67", "+31 (0)10 123 45 67", "+32 2 123 45 67", "+1 202 555 0100"}},
		{"telephone number", phoneProblem, false, []string{"bel ons", "010-123456", "010-12345678", "00 31 10 123 45 67", "10 123 45 67", "+31 10 123 456", "+31 010 123 45 67", "+0 10 123 45 67", "+1234567890123456", "010-1234567 (kantoor)", "112"}},
		{"website", websiteProblem, true, []string{"www.voorbeeld.nl", "https://www.voorbeeld.nl", "http://voorbeeld.nl/contact", "voorbeeld.nl/contact?van=brief", "https://voorbeeld.nl:8443", "café.example"}},
		{"website", websiteProblem, false, []string{"voorbeeld", "https://", "https://localhost", "ftp://voorbeeld.nl", "mailto:info@voorbeeld.nl", "info@voorbeeld.nl", "www.voorbeeld nl", "https://.nl", "https://voorbeeld..nl", "127.0.0.1", "javascript:alert(1)", "-voorbeeld.nl"}},
	} {
		for _, text := range c.texts {
			if problem := c.problem(text); (problem == "") != c.right {
				t.Errorf("%s %q: %q", c.what, text, problem)
			}
		}
	}
}

// A name as a Mac writes it, with accents beside their letters, is kept as everybody else writes it.
func TestAFileOfClientsIsKeptWithItsAccentsComposed(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "clients.yaml")
	text := strings.NewReplacer("Voorbeeld Energie B.V.", "\" Cafe\u0301 \"", "Demokade 1", "Ru\u0308welaan 1").Replace(goodClient)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	clients, err := readClients(name, shippedPlans(t), nil)
	if err != nil || clients[0].Party.Name != "Caf\u00e9" || clients[0].Party.Street != "R\u00fcwelaan 1" {
		t.Errorf("%+v, %v", clients, err)
	}
}
