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
}

const clientKeys = "code, plan, name, street, postcode, town, email, phone, website, kvk, vat, iban, account_holder, language, vat_declared, agreement_start, court_party, trajectory_consumer, trajectory_business, colour, logo"

// readClients reads and checks a file of clients. Everything that is wrong with them comes at once, a line for each.
func readClients(path string, plans agreement.Plans) ([]postgres.Client, error) {
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
	by := operator()
	clients, seen := make([]postgres.Client, 0, len(list)), map[string]int{}
	var wrong []string
	for i, c := range list {
		problems := c.problems(calendar.DateOf(by.At), plans)
		if first, twice := seen[c.Code]; twice && c.Code != "" {
			problems = append(problems, keyProblem{"code", fmt.Sprintf("stands at client %d already; right would be one entry for each client", first)})
		}
		seen[c.Code] = i + 1
		brand, key, problem := c.brand(path)
		if problem != "" {
			problems = append(problems, keyProblem{key, problem})
		}
		for _, p := range problems {
			wrong = append(wrong, fmt.Sprintf("%s: client %d (%q): %s: %s", path, i+1, c.Code, p.key, p.problem))
		}
		postcode, _ := claim.Postcode(c.Postcode)
		declared, _ := optionalDay(c.VATDeclared)
		starts, _ := optionalDay(c.AgreementStart)
		clients = append(clients, postgres.Client{Code: c.Code, Plan: c.Plan, Brand: brand, Party: postgres.Party{
			Name: c.Name, Street: c.Street, Postcode: postcode, Town: c.Town, Email: c.Email, Phone: c.Phone, Website: c.Website,
			KvK: c.KvK, VAT: c.VAT, IBAN: bank.NormaliseIBAN(c.IBAN), Language: c.Language,
		}, VATDeclared: declared, CourtParty: law.Party(c.CourtParty), Agreed: postgres.Trajectories{Consumer: c.TrajectoryConsumer, Business: c.TrajectoryBusiness}, Signed: postgres.Signing{On: starts, By: by}, Payee: postgres.Payee{Holder: c.AccountHolder}})
	}
	if len(wrong) > 0 {
		return nil, refused("%s", strings.Join(wrong, "\n"))
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

// keyProblem says what is wrong with a key of a client, and what would be right.
type keyProblem struct{ key, problem string }

// problems says which keys of a client are wrong, each once.
func (c clientEntry) problems(today calendar.Date, plans agreement.Plans) (problems []keyProblem) {
	for _, text := range []struct {
		key, value string
		required   bool
		form       func(string) string // what is wrong with a text that is there
	}{
		{"code", c.Code, true, codeProblem}, {"plan", c.Plan, true, planProblem(plans)}, {"name", c.Name, true, nil}, {"street", c.Street, true, nil},
		{"postcode", c.Postcode, true, postcodeProblem}, {"town", c.Town, true, nil}, {"email", c.Email, true, emailProblem}, {"phone", c.Phone, false, nil},
		{"website", c.Website, false, nil}, {"kvk", c.KvK, false, kvkProblem}, {"vat", c.VAT, false, nil}, {"iban", c.IBAN, false, ibanProblem}, {"account_holder", c.AccountHolder, false, holderProblem},
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
	const right = "; right would be the day on which the client declared that it pays VAT for the collection and cannot deduct it (art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten), or no key"
	switch day, err := optionalDay(c.VATDeclared); {
	case err != nil:
		problems = append(problems, keyProblem{"vat_declared", err.Error() + right})
	case day.After(today):
		problems = append(problems, keyProblem{"vat_declared", day.String() + " has not come yet" + right})
	}
	if _, err := optionalDay(c.AgreementStart); err != nil {
		problems = append(problems, keyProblem{"agreement_start", err.Error() + ", or no key when nobody stated it"})
	}
	return problems
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

// checkAgreed refuses trajectories of clients that are not there, or are for other debtors.
func checkAgreed(path string, clients []postgres.Client, shelf *trajectory.Library) error {
	var wrong []string
	for i, c := range clients {
		for _, agreed := range []struct {
			key, id string
			kind    claim.DebtorKind
		}{{"trajectory_consumer", c.Agreed.Consumer, claim.DebtorKind{NaturalPerson: true}}, {"trajectory_business", c.Agreed.Business, claim.DebtorKind{InBusiness: true}}} {
			if _, err := shelf.Agreed(agreed.id, agreed.kind); err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: client %d (%q): %s: %s", path, i+1, c.Code, agreed.key, err))
			}
		}
	}
	if len(wrong) > 0 {
		return refused("%s", strings.Join(wrong, "\n"))
	}
	return nil
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
	if !claim.EmailAddress(email) {
		return fmt.Sprintf("%q is not an e-mail address; right would be naam@voorbeeld.nl", email)
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
