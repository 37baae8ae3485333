package scenario_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/scenario"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var agency = letter.Party{
	Name: "Incassocenter", Street: "Voorbeeldstraat 1", Postcode: "1000 AA", Town: "Amsterdam", Email: "info@incassocenter.example", Phone: "020 000 0000",
	Website: "https://incassocenter.example", KvK: "12345678", Registration: "Wki-000000",
}

// newHost gives lives a database and the letters of production. Who wants to look into the database is told which it is.
func newHost(t testing.TB, tell ...func(*postgres.Store)) *scenario.Host {
	t.Helper()
	rules, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(config.Data, "plans")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := agreement.ReadPlans(files)
	if err != nil {
		t.Fatal(err)
	}
	stickers, err := fs.ReadFile(config.Data, "stickers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	labels, err := letter.ReadStickerLabels("stickers.yaml", stickers)
	if err != nil {
		t.Fatal(err)
	}
	host := &scenario.Host{
		Rules: rules, Plans: plans, Lenient: policy.Leniency(), Answers: policy.AnswerTerms(),
		Agency: agency, Labels: labels, RemindDays: ordinary.Agreement.RemindDays,
		Letters: func(store *postgres.Store, rules *trajectory.Library, plans agreement.Plans, mail activities.MailSender) (*activities.Letters, error) {
			delivery := activities.Delivery{PostDays: 2}
			box, err := spool.Open(t.TempDir())
			if err != nil {
				return nil, err
			}
			return &activities.Letters{
				Register: store, Mail: mail, Spool: box, Rules: rules, From: "post@incassocenter.example", Delivery: delivery,
				Writer: &activities.LetterWriter{
					Agency:          agency,
					RegisteredUntil: calendar.MustParseDate("2099-12-31"), TrustName: "Stichting Derdengelden Voorbeeld", TrustIBAN: "NL91ABNA0417164300", Rules: rules, Plans: plans, Delivery: delivery, AnswerDays: policy.ComplaintAnswerDays,
				},
			}, nil
		},
		Fresh: func(context.Context) (*postgres.Store, func(), error) {
			db := testkit.DB(t, postgres.Fingerprint(), func(ctx context.Context, url string) error {
				_, err := postgres.Migrate(ctx, url)
				return err
			})
			for _, name := range scenario.Approvers {
				if err := postgres.AddApprover(t.Context(), db.OwnerURL, name); err != nil {
					return nil, nil, err
				}
			}
			store := postgres.NewStore(db.App)
			for _, told := range tell {
				told(store)
			}
			return store, func() {}, nil // it goes with the test
		},
	}
	t.Cleanup(host.Close)
	return host
}

// ordinary is a configuration which says nothing else.
var ordinary = func() config.Config {
	c, err := config.Development(nil)
	if err != nil {
		panic(err)
	}
	return c
}()

var policy = ordinary.Policy

const folder = "../../config/scenarios"

// read reads one scenario of the collection.
func read(t testing.TB, name string) scenario.Scenario {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse(name, data, func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, path)) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}
