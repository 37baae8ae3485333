package letter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Variable is what a client fills in in a sample letter.
type Variable struct {
	Name string
	Help string // in English, with the form of the value
	form form
	nl   string // what stands in its place, between [ ], while it is not filled in
	en   string
}

type form int

const (
	lineForm       form = iota // one line of at most maxLine characters
	passageForm                // sentences, of at most maxPassage characters
	amountForm                 // more than nothing
	dayForm                    // a civil date
	partsForm                  // a whole number from 2 to maxInstalments
	computedForm               // follows from others: nobody fills it in
	letterheadForm             // a particular of the client
)

const maxLine, maxPassage, maxInstalments = 100, 1500, 60

// variables are all of them, in the order in which they are listed.
var variables = []Variable{
	{"date", "day of the letter, like 2026-12-31", dayForm, "datum", "date"},
	{"debtor", "name of your customer", lineForm, "naam van uw klant", "name of your customer"},
	{"street", "street and number of your customer", lineForm, "straat en huisnummer", "street and number"},
	{"postcode", "postcode of your customer", lineForm, "postcode", "postcode"},
	{"town", "town of your customer", lineForm, "plaats", "town"},
	{"invoice", "number of the invoice", lineForm, "factuurnummer", "invoice number"},
	{"invoice_date", "date of the invoice", dayForm, "factuurdatum", "invoice date"},
	{"due_date", "last day on which it should have been paid", dayForm, "laatste dag om te betalen", "due date"},
	{"amount", "amount that is open, like 100,00", amountForm, "bedrag", "amount"},
	{"reminded_on", "day of your first reminder", dayForm, "datum van uw herinnering", "date of your reminder"},
	{"pay_by", "last day that you give to pay", dayForm, "uiterste datum", "last day to pay"},
	{"instalments", "how many monthly parts, 2 to 60", partsForm, "aantal", "number"},
	{"first_payment", "last day for the first part", dayForm, "datum van de eerste betaling", "date of the first payment"},
	{"received_on", "day on which you received the message of your customer", dayForm, "datum van het bericht", "date of the message"},
	{"complaint", "what your customer wrote, in a few sentences", passageForm, "wat uw klant schreef", "what your customer wrote"},
	{"answer", "your answer, in a few sentences", passageForm, "uw antwoord, met de reden", "your answer, with the reason"},
	{"next_step", "what happens now, in a few sentences", passageForm, "wat u gaat doen, wat uw klant moet doen, en wanneer", "what you will do, what your customer must do, and when"},

	{"costs", "collection costs by the scale over the amount", computedForm, "incassokosten volgens de wet", "collection costs by law"},
	{"total", "amount and costs together", computedForm, "bedrag met incassokosten", "amount with collection costs"},
	{"instalment", "one part of the amount", computedForm, "bedrag van een deel", "amount of one part"},
	{"last_instalment", "the last part, with the odd cents; nothing when all are equal", computedForm, "bedrag van het laatste deel", "amount of the last part"},

	{"client", "your name", letterheadForm, "naam van uw bedrijf", "name of your company"},
	{"client_street", "your street and number", letterheadForm, "straat en huisnummer", "street and number"},
	{"client_postcode", "your postcode", letterheadForm, "postcode", "postcode"},
	{"client_town", "your town", letterheadForm, "plaats", "town"},
	{"email", "your e-mail address", letterheadForm, "uw e-mailadres", "your e-mail address"},
	{"phone", "your telephone number", letterheadForm, "uw telefoonnummer", "your telephone number"},
	{"kvk", "your KvK number", letterheadForm, "uw KvK-nummer", "your KvK number"},
	{"iban", "your account", letterheadForm, "uw rekeningnummer", "your account number"},
}

// variableNamed finds a variable; nil when there is none.
func variableNamed(name string) *Variable {
	for i := range variables {
		if variables[i].Name == name {
			return &variables[i]
		}
	}
	return nil
}

// blank is what stands in a letter where nothing is filled in.
func (v Variable) blank(lang Language) string {
	if lang == Dutch {
		return "[" + v.nl + "]"
	}
	return "[" + v.en + "]"
}

// isBlank says whether a text is a blank of a sample letter.
func isBlank(text string) bool { return strings.HasPrefix(text, "[") }

// filled is what is filled in in a sample letter: as printed, and what the rules look at.
type filled struct {
	printed     map[string]string // every variable; a blank when nothing is known
	days        map[string]calendar.Date
	amount      money.Amount
	instalments int
}

// read takes a value as it was typed. The error says what would be right.
func (f *filled) read(v Variable, text string, lang Language) (err error) {
	printed := text
	switch v.form {
	case lineForm, passageForm:
		err = writable(text, map[form]int{lineForm: maxLine, passageForm: maxPassage}[v.form])
	case amountForm:
		if f.amount, err = money.Parse(text); err == nil && f.amount <= 0 {
			err = fmt.Errorf("%s is not more than 0.00; right would be like 100,00", f.amount)
		}
		printed = lang.amount(f.amount)
	case dayForm:
		f.days[v.Name], err = calendar.ParseDate(text)
		printed = lang.date(f.days[v.Name])
	case partsForm:
		if f.instalments, err = strconv.Atoi(text); err != nil || f.instalments < 2 || f.instalments > maxInstalments {
			err = fmt.Errorf("%q is not a number of parts; right would be 2 to %d", text, maxInstalments)
		}
		printed = itoa(f.instalments)
	case computedForm, letterheadForm:
		err = fmt.Errorf("is not filled in by hand")
	}
	f.printed[v.Name] = printed
	return err
}

func writable(text string, limit int) error {
	if text == "" {
		return fmt.Errorf("is empty; right would be a text, or to leave it out: then it is a blank")
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return fmt.Errorf("has %d characters; right would be at most %d", n, limit)
	}
	return Printable(text)
}

// unbroken keeps a number that is written in groups on one line.
func unbroken(number string) string { return strings.ReplaceAll(number, " ", nbsp) }

// letterhead fills in who the client is.
func (f *filled) letterhead(p Party) {
	for name, value := range map[string]string{
		"client": p.Name, "client_street": p.Street, "client_postcode": p.Postcode, "client_town": p.Town, "email": p.Email, "phone": p.Phone, "kvk": p.KvK,
		"iban": bank.FormatIBAN(p.IBAN),
	} {
		if value != "" {
			f.printed[name] = value
		}
	}
}

// sequence are pairs of days of which the first comes before the second; sameDay pairs may be one day.
var sequence = []struct {
	first, second string
	sameDay       bool
}{
	{"invoice_date", "due_date", true}, {"due_date", "date", false}, {"invoice_date", "date", true}, {"due_date", "reminded_on", false}, {"reminded_on", "date", false},
	{"invoice_date", "received_on", true}, {"received_on", "date", true}, {"date", "pay_by", false}, {"date", "first_payment", true}, {"due_date", "pay_by", false},
}

// check compares what was filled in with each other.
func (f filled) check() (c checks) {
	for _, s := range sequence {
		first, second := f.days[s.first], f.days[s.second]
		if first.IsZero() || second.IsZero() {
			continue
		}
		earliest := first.AddDays(1)
		if s.sameDay {
			earliest = first
		}
		c.that(!second.Before(earliest), "%s: %s is too early, because %s is %s; right would be %s or later", s.second, second, s.first, first, earliest)
	}
	c.that(f.instalments == 0 || f.amount == 0 || f.amount.Cents() >= int64(f.instalments), "instalments: %s cannot be paid in %d parts; right would be fewer", f.amount, f.instalments)
	return c
}
