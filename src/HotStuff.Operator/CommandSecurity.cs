using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HotStuff.Crypto;

namespace HotStuff.Operator;

/// <summary>The certificates of one side of a TLS connection.</summary>
public sealed class CommandSecurity : IDisposable
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly X509Certificate2? _own;
    private readonly X509Certificate2Collection? _trusted;

    private CommandSecurity(X509Certificate2? own, X509Certificate2Collection? trusted)
    {
        _own = own;
        _trusted = trusted;
    }

    /// <summary>Whether the other side must have a certificate that a trusted one has signed.</summary>
    public bool AsksForCertificate => _trusted is not null;

    /// <summary>Reads certificates in PEM.</summary>
    /// <param name="certificateFile">This side's certificate; null: none.</param>
    /// <param name="keyFile">Its private key, in a file that only its owner may read; null: none.</param>
    /// <param name="trustedFile">Certificates one of which must have signed the other side's; null: that is not asked.</param>
    /// <exception cref="ConfigurationProblemException">A file cannot be read, or holds something else.</exception>
    public static CommandSecurity Load(string? certificateFile, string? keyFile, string? trustedFile) => new(
        certificateFile is null || keyFile is null ? null : ReadOwn(certificateFile, keyFile),
        trustedFile is null ? null : ReadTrusted(trustedFile));

    /// <inheritdoc/>
    public void Dispose()
    {
        _own?.Dispose();
        foreach (var certificate in _trusted ?? [])
            certificate.Dispose();
    }

    /// <summary>Speaks TLS as the node.</summary>
    internal async Task<Stream> AsNodeAsync(Stream stream, CancellationToken cancellation)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = _own,
                ClientCertificateRequired = AsksForCertificate,
                CertificateChainPolicy = Policy(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            },
            cancellation);
        return secured;
    }

    /// <summary>Speaks TLS as who calls a node.</summary>
    internal async Task<Stream> AsCallerAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificates = _own is null ? null : [_own],
                CertificateChainPolicy = Policy(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            },
            cancellation);
        return secured;
    }

    private X509ChainPolicy? Policy()
    {
        if (_trusted is null)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_trusted);
        return policy;
    }

    private static X509Certificate2 ReadOwn(string certificateFile, string keyFile)
    {
        var certificate = PemFile.Read(certificateFile, MaxFileBytes, isSecret: false);
        var key = PemFile.Read(keyFile, MaxFileBytes, isSecret: true);
        try
        {
            using var own = X509Certificate2.CreateFromPem(certificate, key);
            // A key that was read from PEM is of no use to Windows until it is imported.
            return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new ConfigurationProblemException($"{certificateFile} and {keyFile} are not a certificate and its private key in PEM: {exception.Message}", exception);
        }
    }

    private static X509Certificate2Collection ReadTrusted(string file)
    {
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPem(PemFile.Read(file, MaxFileBytes, isSecret: false));
        }
        catch (CryptographicException exception)
        {
            throw new ConfigurationProblemException($"{file} has a certificate that cannot be read: {exception.Message}", exception);
        }

        return trusted.Count > 0 ? trusted : throw new ConfigurationProblemException($"{file} has no certificate; allowed: one or more in PEM");
    }
}
