using System.Runtime.InteropServices;

namespace HotStuff.Crypto;

/// <summary>Memory that begins where a line of the processor's cache does, and is moved by no collection.</summary>
internal static class CacheLines
{
    private const int LineSize = 64;

    /// <summary>An array, and where in it <paramref name="count"/> elements begin that are aligned.</summary>
    public static T[] Allocate<T>(int count, out int start)
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        var array = GC.AllocateArray<T>(count + (LineSize / size), pinned: true);
        start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) & (LineSize - 1)) / size;
        return array;
    }
}
