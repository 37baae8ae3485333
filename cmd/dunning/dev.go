package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/devstack"
)

func devCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run the whole stack on this machine, staying up: PostgreSQL, Temporal with its UI, mail sink, worker, relay",
		Long: `Starts an embedded PostgreSQL (private directory, socket only), a real Temporal server with its UI, a mail sink with a page, and the worker.
Data stays in --dir: starting again goes on where it was. Time runs at its own pace. The environment it prints lets other commands
of dunning, and Temporal's own, reach the stack from another terminal. Of the environment in which it starts it takes the directories of the agency's own trajectories, plans and rates (DUNNING_POLICY_TRAJECTORIES_DIR,
DUNNING_AGREEMENT_PLANS_DIR, DUNNING_LAW_RATES_DIR).`,
		Example: "  dunning dev\n  eval \"$(dunning dev --print-env)\"; dunning client add config/samples/clients.yaml",
		Args:    cobra.NoArgs,
	}
	dir := cmd.Flags().String("dir", "var/dev", "directory for the data")
	printEnv := cmd.Flags().Bool("print-env", false, "print the environment of the stack that runs in --dir, for eval, and end")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *printEnv {
			return printEnvironment(cmd.OutOrStdout(), *dir)
		}
		binary, err := devServerBinary()
		if err != nil {
			return err
		}
		s, err := startStack(cmd.Context(), stackOptions{dir: *dir, binary: binary, durable: true, log: cmd.ErrOrStderr(), overrides: onThisMachine(ownFiles(os.Getenv))})
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(cmd.OutOrStdout(), "Temporal UI   %s\nmails         %s\npost spool    %s\nhealth        http://%s/readyz\nenvironment   eval \"$(%s dev --dir %s --print-env)\"\nCtrl-C stops it\n",
			s.temporal.UIURL(), s.mailPage, filepath.Join(*dir, "spool"), s.config.HTTP.Listen, os.Args[0], *dir)
		err = s.work(cmd.Context())
		if stopErr := s.stop(); err == nil {
			err = stopErr
		}
		return err
	}
	return cmd
}

// printEnvironment prints the environment of the stack that runs in dir. One that has stopped, or has not started yet, has none: its addresses may be another's by now.
func printEnvironment(w io.Writer, dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil {
		return refused("no stack runs in %s; right would be to start it first, with `dunning dev --dir %s`, and to wait until it prints its addresses", dir, dir)
	}
	switch lock, err := devstack.TryLockFile(filepath.Join(dir, "lock")); {
	case err == nil:
		_ = lock.Unlock()
		return refused("the stack in %s has stopped; right would be to start it first: dunning dev --dir %s", dir, dir)
	case !errors.Is(err, devstack.ErrLocked):
		return fmt.Errorf("see whether the stack in %s runs: %w", dir, err)
	}
	_, err = w.Write(data)
	return err
}

// onThisMachine adds what an agency is asked before it can invoice, pay its own part, fill the trust account up and collect.
func onThisMachine(settings map[string]string) map[string]string {
	maps.Copy(settings, map[string]string{"agency.vat": demoVAT, "payout.agency_iban": devstack.FakeIBAN("agency"), "debit.creditor_id": demoCreditor})
	return settings
}

// ownFiles are the directories of the agency's own data that the environment names: the stack runs on them too.
func ownFiles(environment func(name string) string) map[string]string {
	dirs := map[string]string{}
	for _, key := range []string{"policy.trajectories_dir", "agreement.plans_dir", "law.rates_dir"} {
		if dir := environment(config.EnvName(key)); dir != "" {
			dirs[key] = dir
		}
	}
	return dirs
}

// writeEnv leaves the variables by which other commands reach this stack.
func (s *stack) writeEnv() error {
	c := s.config
	text := ""
	for _, pair := range [][2]string{
		{"environment", "development"}, {"database.url", string(c.Database.URL)}, {"database.owner_url", string(c.Database.OwnerURL)},
		{"temporal.address", c.Temporal.Address}, {"temporal.namespace", c.Temporal.Namespace}, {"codec.keys", string(c.Codec.Keys[0])},
		{"smtp.host", c.SMTP.Host}, {"smtp.port", fmt.Sprint(c.SMTP.Port)}, {"smtp.tls", c.SMTP.TLS}, {"smtp.from", c.SMTP.From},
		{"agency.name", c.Agency.Name}, {"agency.street", c.Agency.Street}, {"agency.postcode", c.Agency.Postcode}, {"agency.town", c.Agency.Town},
		{"agency.email", c.Agency.Email}, {"agency.phone", c.Agency.Phone}, {"agency.website", c.Agency.Website}, {"agency.kvk", c.Agency.KvK},
		{"agency.registration", c.Agency.Registration}, {"agency.registration_valid_until", c.Agency.RegistrationValidUntil}, {"agency.trust_name", c.Agency.TrustName}, {"agency.trust_iban", c.Agency.TrustIBAN},
		{"agency.vat", c.Agency.VAT}, {"payout.agency_iban", c.Payout.AgencyIBAN}, {"debit.creditor_id", c.Debit.CreditorID},
		{"agreement.commission", c.Agreement.Commission},
		{"agreement.plans_dir", c.Agreement.PlansDir}, {"policy.trajectories_dir", c.Policy.TrajectoriesDir}, {"law.rates_dir", c.Law.RatesDir}, {"http.listen", c.HTTP.Listen}, {"spool.dir", c.Spool.Dir}, {"log.level", "warn"},
		{"registers.insolvency", c.Registers.Insolvency}, {"registers.company", c.Registers.Company}, {"registers.address", c.Registers.Address}, {"registers.answers", c.Registers.Answers},
	} {
		text += fmt.Sprintf("export %s=%q\n", config.EnvName(pair[0]), pair[1])
	}
	text += s.temporalEnv()
	return os.WriteFile(filepath.Join(s.dir, "env"), []byte(text), 0o600)
}

// temporalEnv is for Temporal's own command line, which can then show payloads: temporal workflow show --workflow-id claim/...
func (s *stack) temporalEnv() string {
	c := s.config
	text := fmt.Sprintf("export TEMPORAL_ADDRESS=%q\nexport TEMPORAL_NAMESPACE=%q\n", c.Temporal.Address, c.Temporal.Namespace)
	if c.Codec.EndpointListen != "" {
		text += fmt.Sprintf("export TEMPORAL_CODEC_ENDPOINT=%q\nexport TEMPORAL_CODEC_AUTH=%q\n", "http://"+c.Codec.EndpointListen, "Bearer "+string(c.Codec.Token))
	}
	return text
}

// skipTime lets workflows be moved through time, where the configuration allows it: development only (config refuses it in production).
func skipTime(cfg config.Config) func(*client.Options) {
	if !cfg.Temporal.TimeSkipping {
		return func(*client.Options) {}
	}
	return withInterceptor(devstack.StampTimeSkipping())
}
