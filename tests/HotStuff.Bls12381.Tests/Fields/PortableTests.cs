using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Bls12381.Tests.Fields;

/// <summary>The kernels on processors without the instructions they like best.</summary>
public sealed class PortableTests
{
    private const string Switch = "DOTNET_EnableHWIntrinsic";

    [Fact]
    public void The_switch_leaves_only_portable_code()
    {
        if (Environment.GetEnvironmentVariable(Switch) == "0")
            Assert.False(Bmi2.X64.IsSupported || ArmBase.Arm64.IsSupported || Vector256.IsHardwareAccelerated);
    }

    [Fact]
    public async Task Portable_code_passes_the_same_tests()
    {
        // The child runs everything but this.
        if (Environment.GetEnvironmentVariable(Switch) == "0")
            return;

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList =
            {
                "vstest", typeof(PortableTests).Assembly.Location,
                "--TestCaseFilter:FullyQualifiedName~FpTests.Products|FullyQualifiedName~FpTests.Squares|FullyQualifiedName~FpTests.A_wide|FullyQualifiedName~The_pairing_of_the_generators_is_the|FullyQualifiedName~The_switch",
            },
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [Switch] = "0" },
        };
        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        Assert.True(child.ExitCode == 0, output);
        Assert.Contains("Passed", output, StringComparison.Ordinal);
    }
}
