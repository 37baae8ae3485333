package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"google.golang.org/grpc"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/codec"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/registers"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// logger writes to stderr as configured.
func logger(cfg config.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.Log.Level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// openStore connects as the application role and checks that the schema is there.
func openStore(ctx context.Context, cfg config.Config, adjust ...func(*pgxpool.Config)) (*postgres.Store, func(), error) {
	url := string(cfg.Database.URL)
	if err := postgres.SchemaCurrent(ctx, url); err != nil {
		return nil, nil, err
	}
	to, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to the database: %w", err)
	}
	for _, change := range adjust {
		change(to)
	}
	pool, err := pgxpool.NewWithConfig(ctx, to)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to the database: %w", err)
	}
	return postgres.NewStore(pool), pool.Close, nil
}

// openTemporal connects with payloads and failures encrypted. options adjusts the connection: metrics, interceptors.
func openTemporal(cfg config.Config, log *slog.Logger, adjust ...func(*client.Options)) (client.Client, error) {
	keys, err := codec.ParseKeys(config.Reveal(cfg.Codec.Keys))
	if err != nil {
		return nil, err
	}
	options := client.Options{
		HostPort: cfg.Temporal.Address, Namespace: cfg.Temporal.Namespace, Logger: sdklog.NewStructuredLogger(log),
		DataConverter: codec.NewDataConverter(keys), FailureConverter: codec.NewFailureConverter(keys),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}}, // what is encrypted does not get smaller
	}
	if options.ConnectionOptions.TLS, err = temporalTLS(cfg.Temporal.TLS); err != nil {
		return nil, err
	}
	for _, change := range adjust {
		change(&options)
	}
	c, err := client.Dial(options)
	if err != nil {
		return nil, fmt.Errorf("connect to Temporal at %s: %w", cfg.Temporal.Address, err)
	}
	return c, nil
}

// withInterceptor adds a gRPC interceptor to the connection.
func withInterceptor(interceptor grpc.UnaryClientInterceptor) func(*client.Options) {
	return func(o *client.Options) {
		o.ConnectionOptions.DialOptions = append(o.ConnectionOptions.DialOptions, grpc.WithChainUnaryInterceptor(interceptor))
	}
}

func temporalTLS(files config.TLSFiles) (*tls.Config, error) {
	if files == (config.TLSFiles{}) {
		return nil, nil
	}
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if files.Cert != "" {
		pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
		if err != nil {
			return nil, fmt.Errorf("load temporal.tls.cert: %w", err)
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	if files.CA != "" {
		pem, err := os.ReadFile(files.CA)
		if err != nil {
			return nil, fmt.Errorf("load temporal.tls.ca: %w", err)
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("load temporal.tls.ca: %s holds no certificate", files.CA)
		}
	}
	return settings, nil
}

// library reads the trajectories that are built in, and the law: built in, or as configured.
func library(cfg config.Law) (*trajectory.Library, error) {
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil || cfg.RatesDir == "" {
		return shelf, err
	}
	tables, err := readLaw(cfg.RatesDir)
	if err != nil {
		return nil, fmt.Errorf("law.rates_dir: %s: %w", cfg.RatesDir, err)
	}
	return shelf.Under(tables), nil
}

// agreedLibrary is the library with the trajectories of the agency's own, and what the agreement charges in its exceptions.
func agreedLibrary(cfg config.Config) (*trajectory.Library, error) {
	shelf, err := library(cfg.Law)
	if dir := cfg.Policy.TrajectoriesDir; err == nil && dir != "" {
		shelf, err = shelf.Beside(os.DirFS(dir))
	}
	if err != nil {
		return nil, err
	}
	plans, err := readPlans(cfg.Agreement.PlansDir)
	if err != nil {
		return nil, err
	}
	scales, err := plans.Scales(cfg.Agreement.Commission)
	if err != nil {
		return nil, fmt.Errorf("agreement.commission: %w", err)
	}
	terms, err := plans.Terms()
	if err != nil {
		return nil, err
	}
	return shelf.Charging(scales).Settling(terms).Offering(plans), nil
}

// configuredLibrary is the library of a command that has a configuration.
func configuredLibrary(cmd *cobra.Command) (*trajectory.Library, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return nil, err
	}
	rules, _, err := connected(cfg)
	return rules, err
}

// connected is the library of a configuration with the registers that are asked, and where they are.
func connected(cfg config.Config) (*trajectory.Library, *registers.Desk, error) {
	rules, err := agreedLibrary(cfg)
	if err != nil {
		return nil, nil, err
	}
	sources := map[claim.Register]registers.Source{}
	for register, adapter := range map[claim.Register]string{
		claim.InsolvencyRegister: cfg.Registers.Insolvency, claim.CompanyRegister: cfg.Registers.Company, claim.AddressRegister: cfg.Registers.Address,
	} {
		if adapter == config.FileAdapter { // the configuration has no other
			if sources[register], err = registers.OpenFile(cfg.Registers.Answers); err != nil {
				return nil, nil, fmt.Errorf("registers.answers: %w", err)
			}
		}
	}
	desk, err := registers.Connect(sources)
	if err != nil {
		return nil, nil, err
	}
	return rules.Asking(desk.Registers()...), desk, nil
}
