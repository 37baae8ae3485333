package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	for _, c := range []struct {
		name, old, new string
		code           int
		want           string // after the name of the file
	}{
		{"right", "", "", 0, ""},
		{"no code", "code: VBE", "code:", 2, `client 1 (""): code: is empty, and it is required`},
		{"a code in small letters", "VBE", "vbe", 2, `client 1 ("vbe"): code: "vbe" is not a code; right would be 2 to 10 capitals and digits: VBE`},
		{"a code of eleven", "VBE", "VBE45678901", 2, `client 1 ("VBE45678901"): code: "VBE45678901" is not a code`},
		{"a name of 101 characters", "Voorbeeld Energie B.V.", strings.Repeat("é", 101), 2, `client 1 ("VBE"): name: is longer than 100 characters`},
		{"a name that no font has", "Energie", "𐌰", 2, `client 1 ("VBE"): name: character '𐌰' (U+10330) in "Voorbeeld 𐌰 B.V." cannot be printed`},
		{"a name over two lines", "name: Voorbeeld Energie B.V.", `name: "Voor\nbeeld"`, 2, `client 1 ("VBE"): name: character '\n'`},
		{"no postcode", "3011ab", "30113", 2, `client 1 ("VBE"): postcode: "30113" is not a Dutch postcode; right would be 1234 AB`},
		{"no e-mail address", "administratie@", "administratie", 2, `client 1 ("VBE"): email: "administratievoorbeeld.example" is not an e-mail address; right would be naam@voorbeeld.nl`},
		{"a KvK number of seven digits", "01234567", "1234567", 2, `client 1 ("VBE"): kvk: "1234567" is not a KvK number; right would be eight digits`},
		{"an IBAN that is wrong", "NL91", "NL19", 2, `client 1 ("VBE"): iban: IBAN "NL19 ABNA 0417 1643 00" has check digits 19; for this account they would be 91`},
		{"no such plan", "premium", "gold", 2, `client 1 ("VBE"): plan: "gold" is neither basis nor premium`},
		{"no such language", "language: nl", "language: de", 2, `client 1 ("VBE"): language: "de" is neither nl nor en`},
		{"a declaration without a day", "language: nl", "language: nl\n  vat_declared: yes", 2, `client 1 ("VBE"): vat_declared: date "yes" is not a date`},
		{"the same code twice", "- code", goodClient + "- code", 2, `client 2 ("VBE"): code: stands at client 1 already; right would be one entry for each client`},
		{"a key that is not known", "town", "city", 3, "line 6: key city is not known; right would be: code, plan, name, street, postcode, town, email, phone, website, kvk, vat, iban, language, vat_declared"},
		{"no list", "- code", "  code", 3, "line 1: is not what it should be; right would be a list of clients, each value one text"},
		{"nothing", goodClient, "", 3, "there are no clients; right would be a list, each with: code, plan"},
	} {
		name := filepath.Join(t.TempDir(), "clients.yaml")
		if err := os.WriteFile(name, []byte(strings.Replace(goodClient, c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		clients, err := readClients(name)
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
