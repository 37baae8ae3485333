package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/codec"
	"github.com/incassocenter/dunning/internal/postgres"
)

// opsServer serves /livez, /readyz and /metrics, and, on an address of its own, the codec endpoint for the Temporal UI.
type opsServer struct {
	servers   []*http.Server
	listeners []net.Listener // of the servers, in their order
}

func newOpsServer(cfg config.Config, store *postgres.Store, temporal client.Client, m *metrics) (*opsServer, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if err := store.Ping(ctx); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		if _, err := temporal.CheckHealth(ctx, nil); err != nil {
			http.Error(w, "Temporal does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	o := &opsServer{servers: []*http.Server{{Addr: cfg.HTTP.Listen, Handler: mux, ReadHeaderTimeout: 5 * time.Second}}}
	if cfg.Codec.EndpointListen == "" {
		return o, nil
	}
	keys, err := codec.ParseKeys(config.Reveal(cfg.Codec.Keys))
	if err != nil {
		return nil, err
	}
	handler := codec.Handler(keys, codec.Access{Origin: cfg.Codec.UIOrigin, Token: string(cfg.Codec.Token), Development: cfg.Environment == config.DevelopmentMode})
	o.servers = append(o.servers, &http.Server{Addr: cfg.Codec.EndpointListen, Handler: handler, ReadHeaderTimeout: 5 * time.Second})
	return o, nil
}

// Listen takes the addresses, so that a worker whose address is taken ends before it takes work.
func (o *opsServer) Listen() error {
	for i, server := range o.servers {
		listener, err := net.Listen("tcp", server.Addr)
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", [...]string{"http.listen", "codec.endpoint_listen"}[i], err), o.Close())
		}
		o.listeners = append(o.listeners, listener)
	}
	return nil
}

// Close gives up what Listen took and Run does not serve.
func (o *opsServer) Close() error {
	var errs []error
	for _, listener := range o.listeners {
		errs = append(errs, listener.Close())
	}
	return errors.Join(errs...)
}

// Run serves what Listen took until ctx ends.
func (o *opsServer) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for i, server := range o.servers {
		group.Go(func() error {
			if err := server.Serve(o.listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			return server.Shutdown(grace)
		})
	}
	return group.Wait()
}

// healthcheckCommand is for containers, whose image has no other program to ask /readyz.
func healthcheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "healthcheck", Hidden: true, Args: cobra.NoArgs, Short: "Ask /readyz of the worker on this machine",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			_, port, err := net.SplitHostPort(cfg.HTTP.Listen)
			if err != nil {
				return err
			}
			request, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
			if err != nil {
				return err
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return err
			}
			defer func() { _ = response.Body.Close() }()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("/readyz answers %s", response.Status)
			}
			return nil
		},
	}
}
