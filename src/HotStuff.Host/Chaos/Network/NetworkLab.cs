using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using HotStuff.Consensus;

namespace HotStuff.Host.Chaos.Network;

/// <summary>
/// A network namespace for each replica, joined by a <see cref="VirtualSwitch"/>, which this process is on, too: the last port. All of it goes with this object; what an earlier
/// process left that was killed, goes with the next. Names carry the process id.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const string Prefix = "hotstuff-";
    private const string NamespaceDirectory = "/run/netns";
    private const int Subnets = 250;

    private readonly int _replicas;
    private readonly int _subnet = FreeSubnet();
    private readonly List<TunDevice> _devices = [];
    private VirtualSwitch? _switch;

    private NetworkLab(int replicas) => _replicas = replicas;

    /// <summary>Joins them.</summary>
    public VirtualSwitch Switch => _switch!;

    /// <summary>Makes it.</summary>
    /// <exception cref="ProblemException">This machine or this user does not allow it; one line says what is missing.</exception>
    public static async Task<NetworkLab> CreateAsync(int replicas)
    {
        if (Missing() is { } missing)
            throw ProblemException.Usage($"--network needs {missing}");
        var lab = new NetworkLab(replicas);
        try
        {
            await lab.MakeAsync();
            return lab;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProblemException)
        {
            await lab.DisposeAsync();
            throw ProblemException.Usage($"--network needs network namespaces and TUN devices, which cannot be made here: {e.Message}");
        }
    }

    /// <summary>What it takes and is not here, in a few words; null when everything is.</summary>
    public static string? Missing()
    {
        if (!OperatingSystem.IsLinux())
            return "Linux";
        if (!Environment.IsPrivilegedProcess)
            return "root";
        if (!File.Exists(TunDevice.Path))
            return TunDevice.Path;
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (((string[])["ip", "nsenter", "unshare"]).FirstOrDefault(program => !path.Any(directory => File.Exists(Path.Combine(directory, program)))) is { } absent)
            return $"the program {absent}";
        using var attempt = Process.Start(new ProcessStartInfo("unshare", ["--net", "true"]) { UseShellExecute = false, RedirectStandardError = true })!;
        attempt.WaitForExit();
        return attempt.ExitCode == 0 ? null : "the right to make network namespaces";
    }

    /// <summary>The address of a replica.</summary>
    public string AddressOf(int replica) => Address(replica + 1);

    /// <summary>What to put before a program and its arguments to run it where a replica is.</summary>
    public static IReadOnlyList<string> LauncherOf(ReplicaId replica) => ["nsenter", $"--net={NamespaceDirectory}/{NamespaceOf(replica.Index)}"];

    public async ValueTask DisposeAsync()
    {
        // An interface goes with its namespace, and whoever reads from it learns of that.
        _switch?.End();
        for (var i = 0; i < _replicas; i++)
            await TryIpAsync("netns", "del", NamespaceOf(i));
        if (_devices.Count > _replicas)
            await TryIpAsync("link", "del", _devices[^1].Name);
        foreach (var device in _devices)
            device.Dispose();
    }

    private async Task MakeAsync()
    {
        await RemoveLeftoversAsync();
        for (var i = 0; i < _replicas; i++)
        {
            await IpAsync("netns", "add", NamespaceOf(i));
            var device = NewDevice(i);
            await IpAsync("link", "set", device.Name, "netns", NamespaceOf(i));
            await BringUpAsync(device, Address(i + 1), "-n", NamespaceOf(i));
            await IpAsync("-n", NamespaceOf(i), "link", "set", "lo", "up");
        }

        await BringUpAsync(NewDevice(_replicas), Address(_replicas + 1));
        _switch = new VirtualSwitch(_devices);
        _switch.Start();
    }

    private TunDevice NewDevice(int port)
    {
        var device = TunDevice.Create(string.Create(CultureInfo.InvariantCulture, $"hs{Environment.ProcessId}-{port}"));
        _devices.Add(device);
        return device;
    }

    private static async Task BringUpAsync(TunDevice device, string address, params string[] where)
    {
        await IpAsync([.. where, "addr", "add", $"{address}/24", "dev", device.Name]);
        await IpAsync([.. where, "link", "set", device.Name, "up"]);
    }

    private string Address(int lastByte) => string.Create(CultureInfo.InvariantCulture, $"10.77.{_subnet}.{lastByte}");

    private static string NamespaceOf(int replica) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{replica}");

    /// <summary>A number that no interface of this machine has for the third byte of its address.</summary>
    private static int FreeSubnet()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(found => found.GetIPProperties().UnicastAddresses)
            .Select(found => found.Address.GetAddressBytes())
            .Where(bytes => bytes is [10, 77, _, _])
            .Select(bytes => (int)bytes[2])
            .ToHashSet();
        return Enumerable.Range(0, Subnets).Select(i => (Environment.ProcessId + i) % Subnets).First(subnet => !taken.Contains(subnet));
    }

    private static async Task RemoveLeftoversAsync()
    {
        if (!Directory.Exists(NamespaceDirectory))
            return;
        foreach (var name in Directory.GetFiles(NamespaceDirectory, $"{Prefix}*").Select(Path.GetFileName))
        {
            if (name!.Split('-') is [_, var owner, _] && int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && !Directory.Exists($"/proc/{id}"))
                await TryIpAsync("netns", "del", name);
        }
    }

    private static async Task IpAsync(params string[] arguments)
    {
        if (await TryIpAsync(arguments) is { } problem)
            throw new ProblemException($"ip {string.Join(' ', arguments)}: {problem}");
    }

    /// <summary>Runs ip; what it complains about when it fails, and null when it does not.</summary>
    private static async Task<string?> TryIpAsync(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}
