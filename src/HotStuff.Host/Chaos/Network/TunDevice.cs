using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HotStuff.Host.Chaos.Network;

/// <summary>
/// A network interface whose packets this process reads and writes (Linux, Documentation/networking/tuntap.rst). It is in this process's network namespace first, and stays
/// connected when it is moved to another. It goes when it is deleted, its namespace is, or this process ends.
/// </summary>
internal sealed unsafe partial class TunDevice : IDisposable
{
    public const string Path = "/dev/net/tun";

    /// <summary>The most bytes of a packet.</summary>
    public const int MaxPacket = 65536;

    private const uint SetInterface = 0x400454ca; // TUNSETIFF
    private const short PlainPackets = 0x0001 | 0x1000; // IFF_TUN | IFF_NO_PI
    private const int Interrupted = 4; // EINTR
    private const int NameSize = 16;
    private const int RequestSize = 40;

    private readonly SafeFileHandle _handle;

    private TunDevice(string name, SafeFileHandle handle)
    {
        Name = name;
        _handle = handle;
    }

    public string Name { get; }

    /// <summary>Makes an interface, which is down and has no address yet.</summary>
    /// <param name="name">At most 15 characters of ASCII.</param>
    /// <exception cref="IOException">This process may not.</exception>
    public static TunDevice Create(string name)
    {
        var handle = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..(NameSize - 1)]);
        MemoryMarshal.Write(request[NameSize..], PlainPackets);
        fixed (byte* pointer = request)
        {
            if (Control(handle, SetInterface, pointer) == 0)
                return new TunDevice(name, handle);
        }

        var error = Marshal.GetLastPInvokeErrorMessage();
        handle.Dispose();
        throw new IOException($"the interface {name} cannot be made: {error}");
    }

    /// <summary>Waits for a packet that the interface's side sends.</summary>
    /// <returns>Its length; 0 when the interface is gone.</returns>
    public int Read(Span<byte> packet)
    {
        fixed (byte* pointer = packet)
        {
            nint length;
            do
                length = Read(_handle, pointer, packet.Length);
            while (length < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return (int)Math.Max(0, length);
        }
    }

    /// <summary>Gives the interface's side a packet. One that it does not take, because it is down or gone, is lost, as packets are.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        fixed (byte* pointer = packet)
            _ = Write(_handle, pointer, packet.Length);
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(SafeFileHandle file, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(SafeFileHandle file, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, nuint request, byte* argument);
}
