package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// clientEntry is one client of a file.
type clientEntry struct {
	Code, Plan, Name, Street, Postcode, Town, Email, Phone, Website, KvK, VAT, IBAN, Language, Logo string
	Colour                                                                                          yaml.Node // tells a colour that became a comment from none
	// VATDeclared is the day on which the client declared that it pays VAT for the collection and cannot deduct it.
	VATDeclared string `yaml:"vat_declared"`
	// AgreementStart is the first day of the agreement; without it nobody stated one.
	AgreementStart string `yaml:"agreement_start"`
	// CourtParty is the kind of person that the client is, for the court fee.
	CourtParty string `yaml:"court_party"`
	// TrajectoryConsumer and TrajectoryBusiness are the ids of the trajectories that it agreed to.
	TrajectoryConsumer string `yaml:"trajectory_consumer"`
	TrajectoryBusiness string `yaml:"trajectory_business"`
	// AccountHolder is the holder of the account of iban, as its bank has it, when that is not the name.
	AccountHolder string `yaml:"account_holder"`
	// lines is where its keys stand; that of the entry itself is under no key.
	lines map[string]int
}

const clientKeys = "code, plan, name, street, postcode, town, email, phone, website, kvk, vat, iban, account_holder, language, vat_declared, agreement_start, court_party, trajectory_consumer, trajectory_business, colour, logo"

// readClients reads and checks a file of clients; without a shelf, their trajectories are not looked for. Everything that is wrong with them comes at
// once, a line for each.
func readClients(path string, plans agreement.Plans, shelf *trajectory.Library) ([]postgres.Client, error) {
	list, err := decodeClients(path)
	if err != nil {
		return nil, err
	}
	by := operator()
	clients, seen := make([]postgres.Client, 0, len(list)), map[string]int{}
	var wrong []string
	for i, c := range list {
		problems := append(c.problems(calendar.DateOf(by.At), plans), c.unagreed(shelf)...)
		if first, twice := seen[c.Code]; twice && c.Code != "" {
			problems = append(problems, keyProblem{"code", fmt.Sprintf("stands at client %d already; right would be one entry for each client", first)})
		}
		seen[c.Code] = i + 1
		brand, wrongBrand := c.brand(path)
		problems = append(problems, wrongBrand...)
		for _, p := range problems {
			wrong = append(wrong, fmt.Sprintf("%s: line %d: client %d (%q): %s: %s", path, c.line(p.key), i+1, c.Code, p.key, p.problem))
		}
		clients = append(clients, c.client(brand, by))
	}
	if len(wrong) > 0 {
		return nil, refused("%s", strings.Join(wrong, "\n"))
	}
	return clients, nil
}

// client is the client of an entry in which nothing is wrong.
func (c clientEntry) client(brand postgres.Brand, by postgres.Actor) postgres.Client {
	postcode, _ := claim.Postcode(c.Postcode)
	declared, _ := optionalDay(c.VATDeclared)
	starts, _ := optionalDay(c.AgreementStart)
	return postgres.Client{Code: c.Code, Plan: c.Plan, Brand: brand, Party: postgres.Party{
		Name: c.Name, Street: c.Street, Postcode: postcode, Town: c.Town, Email: c.Email, Phone: c.Phone, Website: c.Website,
		KvK: c.KvK, VAT: c.VAT, IBAN: bank.NormaliseIBAN(c.IBAN), Language: c.Language,
	}, VATDeclared: declared, CourtParty: law.Party(c.CourtParty), Agreed: postgres.Trajectories{Consumer: c.TrajectoryConsumer, Business: c.TrajectoryBusiness}, Signed: postgres.Signing{On: starts, By: by}, Payee: postgres.Payee{Holder: c.AccountHolder}}
}

var clientCode, kvkNumber = regexp.MustCompile(`^[A-Z0-9]{2,10}$`), regexp.MustCompile(`^[0-9]{8}$`)

const maxClientText = 100 // what has room in the head of a letter

// keyProblem says what is wrong with a key of a client, and what would be right.
type keyProblem struct{ key, problem string }

// problems says which keys of a client are wrong, each once.
func (c clientEntry) problems(today calendar.Date, plans agreement.Plans) (problems []keyProblem) {
	for _, text := range []struct {
		key, value string
		required   bool
		form       func(string) string // what is wrong with a text that is there
	}{
		{"code", c.Code, true, codeProblem}, {"plan", c.Plan, true, planProblem(plans)}, {"name", c.Name, true, wordProblem}, {"street", c.Street, true, wordProblem},
		{"postcode", c.Postcode, true, postcodeProblem}, {"town", c.Town, true, wordProblem}, {"email", c.Email, true, emailProblem}, {"phone", c.Phone, false, phoneProblem},
		{"website", c.Website, false, websiteProblem}, {"kvk", c.KvK, false, kvkProblem}, {"vat", c.VAT, false, vatProblem}, {"iban", c.IBAN, false, ibanProblem}, {"account_holder", c.AccountHolder, false, holderProblem},
		{"language", c.Language, true, languageProblem}, {"court_party", c.CourtParty, false, courtPartyProblem},
	} {
		problem := textProblem(text.value, text.required)
		if problem == "" && text.value != "" && text.form != nil {
			problem = text.form(text.value)
		}
		if problem != "" {
			problems = append(problems, keyProblem{text.key, problem})
		}
	}
	for _, day := range []keyProblem{
		{"vat_declared", dayProblem(c.VATDeclared, today, today, "the day on which the client declared that it pays VAT for the collection and cannot deduct it (art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten)")},
		{"agreement_start", dayProblem(c.AgreementStart, today, today.AddYears(1), "the first day of the agreement")},
	} {
		if day.problem != "" {
			problems = append(problems, day)
		}
	}
	return problems
}

// oldestYears is how long before today a day of a client can be. A longer relation is a slip of the hand, which would count years of an agreement that nobody has.
const oldestYears = 20

// dayProblem says what is wrong with a day that may be left out; latest is inclusive.
func dayProblem(text string, today, latest calendar.Date, what string) string {
	day, err := optionalDay(text)
	earliest := today.AddYears(-oldestYears)
	switch {
	case err != nil:
		return fmt.Sprintf("%v; it is %s, or no key", err, what)
	case text != "" && (day.Before(earliest) || day.After(latest)):
		return fmt.Sprintf("%s cannot be; right would be %s, from %s up to and including %s, or no key", day, what, earliest, latest)
	}
	return ""
}

// optionalDay is no date for a key that was left out.
func optionalDay(text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	return calendar.ParseDate(text)
}

func codeProblem(code string) string {
	if !clientCode.MatchString(code) {
		return fmt.Sprintf("%q is not a code; right would be 2 to 10 capitals and digits: VBE", code)
	}
	return ""
}

// unagreed tells of trajectories that are not there, or are for other debtors.
func (c clientEntry) unagreed(shelf *trajectory.Library) (problems []keyProblem) {
	if shelf == nil {
		return nil
	}
	for _, agreed := range []struct {
		key, id string
		kind    claim.DebtorKind
	}{{"trajectory_consumer", c.TrajectoryConsumer, claim.DebtorKind{NaturalPerson: true}}, {"trajectory_business", c.TrajectoryBusiness, claim.DebtorKind{InBusiness: true}}} {
		if _, err := shelf.Agreed(agreed.id, agreed.kind); err != nil {
			problems = append(problems, keyProblem{agreed.key, err.Error()})
		}
	}
	return problems
}

func planProblem(plans agreement.Plans) func(string) string {
	return func(plan string) string {
		if _, err := plans.Find(plan); err != nil {
			return err.Error()
		}
		return ""
	}
}

func languageProblem(language string) string {
	if language != "nl" && language != "en" {
		return fmt.Sprintf("%q is neither nl nor en", language)
	}
	return ""
}

func courtPartyProblem(party string) string {
	if p := law.Party(party); p != law.LegalPerson && p != law.NaturalPerson && p != law.Indigent {
		return fmt.Sprintf("%q is neither legal, natural (a sole trader or a private person) nor indigent", party)
	}
	return ""
}

func postcodeProblem(postcode string) string {
	if _, ok := claim.Postcode(postcode); !ok {
		return fmt.Sprintf("%q is not a Dutch postcode; right would be 1234 AB", postcode)
	}
	return ""
}

func emailProblem(email string) string {
	if problem := claim.EmailProblem(email); problem != "" {
		return fmt.Sprintf("%q %s", email, problem)
	}
	return ""
}

// wordProblem refuses a name or a place of marks alone.
func wordProblem(text string) string {
	if !claim.Worded(text) {
		return fmt.Sprintf("%q has no letter and no digit; right would be what letters print", text)
	}
	return ""
}

// A telephone number without what is written between its digits: as the world writes it (ITU-T E.164), or as the Netherlands does: ten digits, a
// service number (0800, 0900), or that of a municipality (14 and its area code).
var (
	betweenDigits = strings.NewReplacer(" ", "", "-", "", ".", "", "(0)", "", "(", "", ")", "")
	worldPhone    = regexp.MustCompile(`^\+([1-24-9][0-9]{7,14}|3[02-9][0-9]{6,13}|31[1-9][0-9]{8})$`)
	dutchPhone    = regexp.MustCompile(`^(0[1-9][0-9]{8}|0(800|900|906|909)[0-9]{4}([0-9]{3})?|140[0-9]{2,3})$`)
)

func phoneProblem(phone string) string {
	if digits := betweenDigits.Replace(phone); !worldPhone.MatchString(digits) && !dutchPhone.MatchString(digits) {
		return fmt.Sprintf("%q is not a telephone number; right would be 010-123 45 67 or +31 10 123 45 67", phone)
	}
	return ""
}

// websiteProblem takes a website with http:// or https://, or without, as it is printed.
func websiteProblem(website string) string {
	address := website
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !claim.HostName(u.Hostname()) {
		return fmt.Sprintf("%q is not a website; right would be www.voorbeeld.nl or https://www.voorbeeld.nl", website)
	}
	return ""
}

func vatProblem(number string) string {
	if err := bank.ValidVAT(number); err != nil {
		return err.Error()
	}
	return ""
}

func kvkProblem(number string) string {
	if !kvkNumber.MatchString(number) {
		return fmt.Sprintf("%q is not a KvK number; right would be eight digits", number)
	}
	return ""
}

func ibanProblem(iban string) string {
	if err := bank.ValidIBAN(iban); err != nil {
		return err.Error()
	}
	return ""
}

// holderProblem refuses what no bank takes as the name of who is paid.
func holderProblem(name string) string {
	if len([]rune(name)) > bank.EPCNameMax {
		return fmt.Sprintf("is longer than %d characters", bank.EPCNameMax)
	}
	return ""
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
