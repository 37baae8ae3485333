package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// startUI serves the web UI, whose files are embedded, without any call to the outside.
func startUI(opts *options) *server.Server {
	ui := server.NewServer(server_options.WithConfigProvider(&config.Config{
		TemporalGRPCAddress: opts.listen.String(),
		Host:                opts.ui.IP.String(),
		Port:                opts.ui.Port,
		EnableUI:            true,
		DefaultNamespace:    opts.namespace,
		HideLogs:            true,
		DisableNewsFetch:    true,
		CORS:                config.CORS{CookieInsecure: true}, // plain HTTP: a secure cookie would not come back
		Codec:               config.Codec{Endpoint: opts.codecEndpoint},
	}))
	go func() { _ = ui.Start() }() // ends the process by itself when it cannot listen
	return ui
}

func awaitUI(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	return retry(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return fmt.Errorf("UI: %w", err)
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("UI: %s", response.Status)
		}
		return nil
	})
}
