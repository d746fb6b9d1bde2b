using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HotStuff.Crypto;

namespace HotStuff.Operator.Tests;

/// <summary>Commands over TLS, with certificates on both sides.</summary>
public sealed class CommandSecurityTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hotstuff-tls-").FullName;
    private readonly Authority _authority = new("ours");
    private readonly Authority _stranger = new("others");

    public CommandSecurityTests()
    {
        File.WriteAllText(InDirectory("trusted.pem"), _authority.Certificate.ExportCertificatePem());
        File.WriteAllText(InDirectory("strangers.pem"), _stranger.Certificate.ExportCertificatePem());
        Issue(_authority, "node");
        Issue(_authority, "operator");
        Issue(_stranger, "thief");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Both_sides_show_certificates_that_the_other_trusts()
    {
        await using var host = await StartAsync();
        using var security = Load("operator", "trusted.pem");
        await using var client = await host.ConnectAsync(security: security);

        Assert.Equal("info", ResultText.Lines((await client.RunAsync(["log", "level"], _ => { }))!).First());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("thief")]
    public async Task Who_has_no_certificate_that_is_trusted_is_not_let_in(string? name)
    {
        await using var host = await StartAsync();
        using var security = Load(name, "trusted.pem");

        await Assert.ThrowsAsync<CommandConnectionException>(() => host.ConnectAsync(security: security));

        await host.EndOfConnectionsAsync();
    }

    [Fact]
    public async Task A_node_whose_certificate_is_not_trusted_is_told_nothing()
    {
        await using var host = await StartAsync();
        using var security = Load("operator", "strangers.pem");

        var problem = await Assert.ThrowsAsync<CommandConnectionException>(() => host.ConnectAsync(security: security));

        Assert.StartsWith($"127.0.0.1:{host.Port} and we do not agree on TLS: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_speaks_no_TLS_is_told_what_to_try()
    {
        await using var host = await StartAsync();

        var problem = await Assert.ThrowsAsync<CommandConnectionException>(() => host.ConnectAsync());

        Assert.Contains("does it ask for TLS (--trust, --certificate)", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trusted_certificates_are_enough_to_listen_beyond_this_machine_and_a_certificate_of_the_node_alone_is_not()
    {
        await using var host = await StartAsync(options => options with { Host = "0.0.0.0" });
        using var security = Load("node", trusted: null);

        await Assert.ThrowsAsync<Cluster.SettingsException>(() => TestHost.StartAsync(options => options with { Host = "0.0.0.0", Security = security }));
    }

    [Fact]
    public void Files_that_hold_something_else_are_one_line()
    {
        File.WriteAllText(InDirectory("empty.pem"), "");
        File.WriteAllText(InDirectory("broken.pem"), "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n");

        Assert.EndsWith("empty.pem has no certificate; allowed: one or more in PEM", ProblemOf("node", "empty.pem"), StringComparison.Ordinal);
        Assert.Contains("broken.pem has a certificate that cannot be read", ProblemOf("node", "broken.pem"), StringComparison.Ordinal);
        Assert.Contains("are not a certificate and its private key in PEM", ProblemOf("empty", "trusted.pem"), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(InDirectory("node.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("node.key: the file mode is 0404", ProblemOf("node", "trusted.pem"), StringComparison.Ordinal);
    }

    private string ProblemOf(string name, string trusted)
    {
        if (!File.Exists(InDirectory($"{name}.key")))
            WriteSecret(InDirectory($"{name}.key"), "");
        return Assert.Throws<ConfigurationProblemException>(() => Load(name, trusted)).Message;
    }

    private Task<TestHost> StartAsync(Func<CommandHostOptions, CommandHostOptions>? configure = null) => TestHost.StartAsync(options =>
    {
        options = options with { Security = Load("node", "trusted.pem") };
        return configure?.Invoke(options) ?? options;
    });

    private CommandSecurity Load(string? name, string? trusted) => CommandSecurity.Load(
        name is null ? null : InDirectory($"{name}.pem"), name is null ? null : InDirectory($"{name}.key"), trusted is null ? null : InDirectory(trusted));

    private string InDirectory(string name) => Path.Combine(_directory, name);

    private void Issue(Authority authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(InDirectory($"{name}.pem"), authority.Issue(name, key).ExportCertificatePem());
        WriteSecret(InDirectory($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static void WriteSecret(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Who signs certificates.</summary>
    private sealed class Authority : IDisposable
    {
        private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddHours(-1);

        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public Authority(string name)
        {
            var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            Certificate = request.CreateSelfSigned(From, From.AddDays(1));
        }

        public X509Certificate2 Certificate { get; }

        public X509Certificate2 Issue(string name, ECDsa key)
        {
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            return request.Create(Certificate, From, From.AddHours(20), RandomNumberGenerator.GetBytes(8));
        }

        public void Dispose()
        {
            Certificate.Dispose();
            _key.Dispose();
        }
    }
}
