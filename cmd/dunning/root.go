package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/config"
)

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dunning",
		Short: "Amicable collection of unpaid invoices, one durable workflow per claim",
		Example: `  dunning demo                         the whole story on this machine, in minutes
  dunning dev                          the same services, staying up
  dunning claim submit claims.csv      hand claims over
  dunning claim show 1b4e28ba-...      what happened, what is next and why`,
		SilenceUsage: true, SilenceErrors: true,
	}
	root.PersistentFlags().String("config", "", "configuration file (default: $DUNNING_CONFIG, else only DUNNING_* variables)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return refused("%w", err) })
	root.AddCommand(demoCommand(), devCommand(), workerCommand(), migrateCommand(), clientCommand(), claimCommand(), receiptCommand(), healthcheckCommand())
	root.AddCommand(benchCommand(), calcCommand(), explainCommand(), ratesCommand(), stickerCommand(), sampleCommand(), spoolCommand(), trajectoryCommand())
	strict(root)
	return root
}

// strict gives wrong arguments and unknown commands the exit code of wrong usage. By itself cobra answers an unknown subcommand with help and success.
func strict(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return refused("%w; right would be: %s", err, cmd.UseLine())
			}
			return wellFormed(cmd, args)
		}
	}
	if cmd.HasSubCommands() && !cmd.Runnable() {
		cmd.Args = cobra.ArbitraryArgs
		cmd.SuggestionsMinimumDistance = 2 // letters that differ
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				return refused("unknown command %q; did you mean %s %s?", args[0], cmd.CommandPath(), near[0])
			}
			return refused("unknown command %q; see %s --help", args[0], cmd.CommandPath())
		}
	}
	for _, sub := range cmd.Commands() {
		strict(sub)
	}
}

// paths are the flags whose value names a file or directory, which may have any bytes in its name.
var paths = []string{"config", "dir", "profile", "cpuprofile", "rates", "geometries", "out", "client", "without", "svg"}

// wellFormed refuses an argument or flag that is not UTF-8: no text of a claim is. It stands before the database, which would say so in its own words.
func wellFormed(cmd *cobra.Command, args []string) error {
	names := strings.Fields(cmd.Use)[1:]
	for i, arg := range args {
		name := fmt.Sprintf("argument %d", i+1)
		if i < len(names) {
			name = names[i]
		}
		if !utf8.ValidString(arg) && !strings.HasPrefix(name, "FILE") {
			return refused(notUTF8, name, arg)
		}
	}
	var wrong error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if wrong == nil && !utf8.ValidString(f.Value.String()) && !slices.Contains(paths, f.Name) {
			wrong = refused(notUTF8, "--"+f.Name, f.Value.String())
		}
	})
	return wrong
}

const notUTF8 = "%s: %q is not UTF-8; right would be a terminal or script that writes UTF-8"

// configFile is the configuration file of a command; empty when only the environment configures it.
func configFile(cmd *cobra.Command) string {
	return cmp.Or(flag(cmd, "config"), os.Getenv("DUNNING_CONFIG"))
}

// loadConfig reads the configuration that --config and the environment give. All problems come at once.
func loadConfig(cmd *cobra.Command) (config.Config, error) {
	cfg, err := config.Load(configFile(cmd), os.Environ())
	if err != nil {
		if configFile(cmd) == "" { // nothing says where anything is
			err = fmt.Errorf("%w\nfor the stack of `dunning dev`: eval \"$(%s dev --print-env)\"", err, os.Args[0])
		}
		return cfg, &exitError{2, fmt.Errorf("configuration:\n%w", err)}
	}
	return cfg, nil
}
