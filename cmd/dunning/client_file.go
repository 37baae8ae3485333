package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
)

// clientEntry is one client of a file.
type clientEntry struct {
	Code, Plan, Name, Street, Postcode, Town, Email, Phone, Website, KvK, VAT, IBAN, Language, Logo string
	Colour                                                                                          yaml.Node // tells a colour that became a comment from none
	// VATDeclared is the day on which the client declared that it pays VAT for the collection and cannot deduct it.
	VATDeclared string `yaml:"vat_declared"`
}

const clientKeys = "code, plan, name, street, postcode, town, email, phone, website, kvk, vat, iban, language, vat_declared, colour, logo"

// readClients reads and checks a file of clients.
func readClients(path string) ([]postgres.Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	var list []clientEntry
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable("%s: %s", path, clientFileProblem(err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, unreadable("%s: there is more after the first document; right would be one list, without a second ---", path)
	}
	if len(list) == 0 {
		return nil, unreadable("%s: there are no clients; right would be a list, each with: %s", path, clientKeys)
	}
	clients, seen := make([]postgres.Client, 0, len(list)), map[string]int{}
	for i, c := range list {
		if key, problem := c.problem(); problem != "" {
			return nil, refused("%s: client %d (%q): %s: %s", path, i+1, c.Code, key, problem)
		}
		if first, twice := seen[c.Code]; twice {
			return nil, refused("%s: client %d (%q): code: stands at client %d already; right would be one entry for each client", path, i+1, c.Code, first)
		}
		seen[c.Code] = i + 1
		brand, key, problem := c.brand(path)
		if problem != "" {
			return nil, refused("%s: client %d (%q): %s: %s", path, i+1, c.Code, key, problem)
		}
		postcode, _ := claim.Postcode(c.Postcode)
		declared, _ := c.declared()
		clients = append(clients, postgres.Client{Code: c.Code, Plan: c.Plan, Brand: brand, Party: postgres.Party{
			Name: c.Name, Street: c.Street, Postcode: postcode, Town: c.Town, Email: c.Email, Phone: c.Phone, Website: c.Website,
			KvK: c.KvK, VAT: c.VAT, IBAN: bank.NormaliseIBAN(c.IBAN), Language: c.Language,
		}, VATDeclared: declared})
	}
	return clients, nil
}

var unknownKey, wrongType = regexp.MustCompile(`^(line \d+): field (.*) not found in type .*$`), regexp.MustCompile(`^(line \d+): cannot unmarshal .*$`)

// clientFileProblem says in the words of the file what the YAML reader says in those of the program.
func clientFileProblem(err error) string {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return err.Error()
	}
	problems := make([]string, len(typed.Errors))
	for i, problem := range typed.Errors {
		problem = unknownKey.ReplaceAllString(problem, "$1: key $2 is not known; right would be: "+clientKeys)
		problems[i] = wrongType.ReplaceAllString(problem, "$1: is not what it should be; right would be a list of clients, each value one text")
	}
	return strings.Join(problems, "; ")
}

var clientCode, kvkNumber = regexp.MustCompile(`^[A-Z0-9]{2,10}$`), regexp.MustCompile(`^[0-9]{8}$`)

const maxClientText = 100 // what has room in the head of a letter

// problem says which key of a client is wrong, and what would be right; empty when none is.
func (c clientEntry) problem() (key, problem string) {
	for _, text := range []struct {
		key, value string
		required   bool
	}{
		{"code", c.Code, true}, {"name", c.Name, true}, {"street", c.Street, true}, {"postcode", c.Postcode, true}, {"town", c.Town, true}, {"email", c.Email, true},
		{"phone", c.Phone, false}, {"website", c.Website, false}, {"kvk", c.KvK, false}, {"vat", c.VAT, false}, {"iban", c.IBAN, false},
	} {
		if problem := textProblem(text.value, text.required); problem != "" {
			return text.key, problem
		}
	}
	if !clientCode.MatchString(c.Code) {
		return "code", fmt.Sprintf("%q is not a code; right would be 2 to 10 capitals and digits: VBE", c.Code)
	}
	if c.Plan != "basis" && c.Plan != "premium" {
		return "plan", fmt.Sprintf("%q is neither basis nor premium", c.Plan)
	}
	if c.Language != "nl" && c.Language != "en" {
		return "language", fmt.Sprintf("%q is neither nl nor en", c.Language)
	}
	if _, err := c.declared(); err != nil {
		return "vat_declared", err.Error() + "; right would be the day on which the client declared that it pays VAT for the collection and cannot deduct it (art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten), or no key"
	}
	return c.wrongNumber()
}

func (c clientEntry) declared() (calendar.Date, error) {
	if c.VATDeclared == "" {
		return calendar.Date{}, nil
	}
	return calendar.ParseDate(c.VATDeclared)
}

// wrongNumber says which of the texts that have a form of their own has not.
func (c clientEntry) wrongNumber() (key, problem string) {
	if _, ok := claim.Postcode(c.Postcode); !ok {
		return "postcode", fmt.Sprintf("%q is not a Dutch postcode; right would be 1234 AB", c.Postcode)
	}
	if !claim.EmailAddress(c.Email) {
		return "email", fmt.Sprintf("%q is not an e-mail address; right would be naam@voorbeeld.nl", c.Email)
	}
	if c.KvK != "" && !kvkNumber.MatchString(c.KvK) {
		return "kvk", fmt.Sprintf("%q is not a KvK number; right would be eight digits", c.KvK)
	}
	if err := bank.ValidIBAN(c.IBAN); c.IBAN != "" && err != nil {
		return "iban", err.Error()
	}
	return "", ""
}

func textProblem(value string, required bool) string {
	if required && strings.TrimSpace(value) == "" {
		return "is empty, and it is required"
	}
	if utf8.RuneCountInString(value) > maxClientText {
		return fmt.Sprintf("is longer than %d characters", maxClientText)
	}
	if err := letter.Printable(value); err != nil {
		return err.Error()
	}
	return ""
}
