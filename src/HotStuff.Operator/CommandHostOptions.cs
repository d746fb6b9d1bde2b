using HotStuff.Cluster;
using HotStuff.Crypto;

namespace HotStuff.Operator;

/// <summary>Where operators connect, and what a connection may take.</summary>
public sealed record CommandHostOptions
{
    /// <summary>The name or address to listen on.</summary>
    public required string Host { get; init; }

    /// <summary>The port, 0 to 65535; 0 lets the system choose.</summary>
    public required int Port { get; init; }

    /// <summary>The word that callers must show; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>The certificates; null: no TLS. Belongs to the <see cref="CommandHost"/>.</summary>
    public CommandSecurity? Security { get; init; }

    /// <summary>The most connections at once.</summary>
    public int MaxConnections { get; init; } = 32;

    /// <summary>How long a new connection has for TLS and its first message, and a message that has begun for its rest.</summary>
    public TimeSpan MessageBound { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may say nothing.</summary>
    public TimeSpan IdleBound { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a command may take.</summary>
    public TimeSpan CommandBound { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Reads what a node's settings name.</summary>
    /// <param name="settings">The section <c>commands</c>.</param>
    /// <param name="port">The genesis file's port, for when the settings name none.</param>
    /// <exception cref="SettingsException">Settings do not go together.</exception>
    /// <exception cref="ConfigurationProblemException">A file that they name cannot be used.</exception>
    public static CommandHostOptions From(CommandSettings settings, int port)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.CertificateFile is null != settings.CertificateKeyFile is null)
            throw Missing(settings.CertificateFile is null ? "certificate-file" : "certificate-key-file", "the other half of certificate-file and certificate-key-file");
        if (settings.TrustedCertificatesFile is not null && settings.CertificateFile is null)
            throw Missing("certificate-file", "the node's certificate, because callers show theirs (trusted-certificates-file) over TLS only");
        return new CommandHostOptions
        {
            Host = settings.Host,
            Port = settings.Port == 0 ? port : settings.Port,
            Token = settings.TokenFile is { } tokenFile ? TokenFile.Load(tokenFile) : null,
            Security = settings.CertificateFile is null
                ? null
                : CommandSecurity.Load(settings.CertificateFile, settings.CertificateKeyFile, settings.TrustedCertificatesFile),
        };
    }

    private static SettingsException Missing(string key, string allowed) => new($"hotstuff.commands.{key} is empty; allowed: {allowed}");
}
