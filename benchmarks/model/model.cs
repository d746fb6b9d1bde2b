// What a command costs, fitted to runs of `hotstuff experiment`, and what follows for replicas that have machines of their own:
//   dotnet run benchmarks/model/model.cs -- DIRECTORY...        (directories of results, with a folder raw in each)
// The processor time of all replicas for a command, in microseconds, with n replicas, a quorum of q, b commands in a view and p bytes in a command:
//   n * (command + byte * p) + n * (view + check * q + bls) / b          check for lists of Ed25519 signatures, bls for threshold signatures
// (n from 4: below, nobody waits for anybody), and of the clients: send + sendbyte * p + reply * n / b. Saturated, the two take all processors there are; so throughput follows.
using System.Globalization;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var runs = args.SelectMany(directory => Directory.EnumerateFiles(Path.Combine(directory, "raw"), "*.json")).Select(Run.Read).OfType<Run>().Where(run => run.Replicas >= 4).OrderBy(run => run.Replicas).ThenBy(run => run.Payload).ThenBy(run => run.PerView).ToList();
var replicas = Fit.Of("replicas, us", ["command", "byte", "view", "check", "bls"], runs, run => run.ReplicaFeatures, run => run.ReplicaMicroseconds);
var clients = Fit.Of("clients, us", ["send", "sendbyte", "reply"], runs, run => run.ClientFeatures, run => run.ClientMicroseconds);
var busy = runs.Average(run => run.Throughput * (run.ReplicaMicroseconds + run.ClientMicroseconds) / 1e6);
Console.WriteLine($"{runs.Count} saturated runs, processors busy {busy:0.00}; throughput measured, and by a model that does not know the run:");
var errors = new List<double>();
foreach (var run in runs)
{
    var others = runs.Where(other => other != run).ToList();
    var cost = Fit.Solve(others, other => other.ReplicaFeatures, other => other.ReplicaMicroseconds).At(run.ReplicaFeatures)
        + Fit.Solve(others, other => other.ClientFeatures, other => other.ClientMicroseconds).At(run.ClientFeatures);
    var predicted = busy * 1e6 / cost;
    errors.Add(Math.Abs((predicted / run.Throughput) - 1));
    Console.WriteLine($"  {run.Signatures,-8} n {run.Replicas,2}  p {run.Payload,4}  b {run.PerView,6:0}  {run.Throughput,9:0}  {predicted,9:0}  {(predicted / run.Throughput) - 1,7:+0%;-0%}");
}

Console.WriteLine($"  error: mean {errors.Average():0%}, worst {errors.Max():0%}");
Console.WriteLine("replicas with two processors each, clients elsewhere, 4,000 commands of 0, 128 and 1,024 bytes in a view, at most:");
foreach (var (signatures, n) in from signatures in (string[])["ed25519", "bls"] from n in (int[])[4, 7, 16, 32] select (signatures, n))
    Console.WriteLine($"  {signatures,-8} n {n,2}  {string.Join("  ", ((int[])[0, 128, 1024]).Select(p => $"{2e6 * n / replicas.At(Run.Features(n, p, 4000, signatures)),9:0}"))}");

/// <summary>A run of bench that kept the machine busy.</summary>
internal sealed record Run(string Signatures, int Replicas, int Payload, double PerView, double Throughput, double ReplicaMicroseconds, double ClientMicroseconds)
{
    public double[] ReplicaFeatures => Features(Replicas, Payload, PerView, Signatures);

    public double[] ClientFeatures => [1, Payload, Replicas / PerView];

    public static double[] Features(int n, int p, double b, string signatures) =>
        [n, (double)n * p, n / b, signatures == "ed25519" ? n * (n - ((n - 1) / 3)) / b : 0, signatures == "ed25519" ? 0 : n / b];

    /// <summary>Null: it failed, or was not saturated.</summary>
    public static Run? Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        if (document.RootElement.TryGetProperty("failure", out var failure) && failure.ValueKind == JsonValueKind.String)
            return null;
        var report = document.RootElement.GetProperty("report");
        double Number(string name) => report.GetProperty(name).GetDouble();
        double Cpu(string list) => report.GetProperty(list).EnumerateArray().Sum(of => of.GetProperty("cpu_user_s").GetDouble() + of.GetProperty("cpu_system_s").GetDouble());
        var commands = Number("throughput_rps") * Number("duration_s");
        var views = report.GetProperty("nodes").EnumerateArray().Max(node => node.GetProperty("views_per_s").GetDouble());
        var (replicas, clients) = (Cpu("nodes") * 1e6 / commands, Cpu("client_use") * 1e6 / commands);
        var run = new Run(
            report.GetProperty("signatures").GetString()!, (int)Number("replicas"), (int)Number("payload"), Number("throughput_rps") / views, Number("throughput_rps"), replicas, clients);
        // With fewer the time is spent waiting, and threads that look for work: not what a command costs.
        return report.GetProperty("outstanding") is { ValueKind: JsonValueKind.Number } outstanding && outstanding.GetInt32() >= 2000 && commands > 0 ? run : null;
    }
}

/// <summary>Coefficients, none below zero, that make the least sum of squares of relative errors.</summary>
internal sealed record Fit(double[] Coefficients)
{
    public double At(double[] features) => features.Zip(Coefficients, (feature, coefficient) => feature * coefficient).Sum();

    public static Fit Of(string name, string[] names, List<Run> runs, Func<Run, double[]> features, Func<Run, double> measured)
    {
        var fit = Solve(runs, features, measured);
        Console.WriteLine($"  {name}: {string.Join(", ", names.Zip(fit.Coefficients, (of, value) => $"{of} {value:0.####}"))}");
        return fit;
    }

    public static Fit Solve(List<Run> runs, Func<Run, double[]> features, Func<Run, double> measured)
    {
        var count = features(runs[0]).Length;
        var used = Enumerable.Range(0, count).Where(i => runs.Any(run => features(run)[i] != 0)).ToList();
        while (true)
        {
            var rows = runs.Select(run => used.Select(i => features(run)[i] / measured(run)).ToArray()).ToList();
            var solution = LeastSquares(rows);
            var lowest = Enumerable.Range(0, used.Count).MinBy(i => solution[i]);
            if (solution[lowest] >= 0 || used.Count == 1)
            {
                var all = new double[count];
                for (var i = 0; i < used.Count; i++)
                    all[used[i]] = solution[i];
                return new Fit(all);
            }

            used.RemoveAt(lowest);
        }
    }

    /// <summary>x for which rows times x is as near to ones as can be: the normal equations, by elimination.</summary>
    private static double[] LeastSquares(List<double[]> rows)
    {
        var size = rows[0].Length;
        var matrix = new double[size, size + 1];
        foreach (var row in rows)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                    matrix[i, j] += row[i] * row[j];
                matrix[i, size] += row[i];
            }
        }

        for (var pivot = 0; pivot < size; pivot++)
        {
            for (var row = 0; row < size; row++)
            {
                if (row == pivot || matrix[pivot, pivot] == 0)
                    continue;
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot; column <= size; column++)
                    matrix[row, column] -= factor * matrix[pivot, column];
            }
        }

        return [.. Enumerable.Range(0, size).Select(i => matrix[i, size] / matrix[i, i])];
    }
}
