# The image holds one static program and the certificate authorities, nothing else: no shell, no package to patch.
# Letters, fonts, trajectories, rates, migrations and the time zone data are embedded in the program.
# scratch and not distroless: its tags (nonroot, latest) move, so only this way one pinned tag decides the whole content.
FROM golang:1.26.8-trixie AS build
WORKDIR /src

# The modules first: this layer stays as long as they do.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o /out/dunning ./cmd/dunning \
	&& mkdir -p /out/spool

FROM scratch
LABEL org.opencontainers.image.title="dunning" \
	org.opencontainers.image.source="https://github.com/incassocenter/dunning" \
	org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/dunning /usr/local/bin/dunning
# A new volume takes over the owner of the directory that it covers.
COPY --from=build --chown=65532:65532 /out/spool /var/lib/dunning/spool

USER 65532:65532
WORKDIR /var/lib/dunning
# Mount the configuration here; secrets come as DUNNING_* variables or files (config/dunning.example.yaml).
ENTRYPOINT ["/usr/local/bin/dunning", "--config", "/etc/dunning/dunning.yaml"]
CMD ["worker"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 \
	CMD ["/usr/local/bin/dunning", "--config", "/etc/dunning/dunning.yaml", "healthcheck"]
