using System.Buffers;
using CsCheck;
using HotStuff.Consensus;
using Xunit.Abstractions;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>Snapshots in files: what a crash, a damaged disk or a full one leaves of them.</summary>
public sealed class SnapshotFilesTests(ITestOutputHelper output) : SnapshotContract, IDisposable
{
    private static readonly ProtocolLimits Small = Limits with { MaxBlockBytes = 1024, MaxCommandBytes = 100 };

    private readonly string _directory = Directory.CreateTempSubdirectory("hotstuff-snapshots-").FullName;
    private SnapshotFiles? _store;

    private protected override ISnapshotStore Store => _store ??= Open(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Snapshots_and_certificates_are_there_after_a_restart_and_nothing_else_is()
    {
        var first = Write(Blocks[2], Contents(1, 3000));
        var second = Write(Blocks[5], Contents(2, 10));
        Store.Certify(CertificateOf(second.Manifest));
        File.WriteAllText(Path.Combine(_directory, "0000000000000000077.data"), "left over");
        File.WriteAllText(Path.Combine(_directory, "something.new"), "left over");
        var opened = Open(_directory);
        Assert.Equal([first.Manifest.Digest, second.Manifest.Digest], opened.All.Select(one => one.Manifest.Digest));
        Assert.Equal([null, CertificateOf(second.Manifest)], opened.All.Select(one => one.Certificate));
        Assert.Equal(Contents(1, 3000), opened.ReadAll(first.Manifest.Digest));
        Assert.Equal(4, Directory.GetFiles(_directory).Length);
    }

    [Fact]
    public void A_fetch_goes_on_after_a_restart_with_the_pieces_that_came_before()
    {
        var contents = Contents(3, 5000);
        var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(contents), 1024);
        using (var partial = Store.Fetch(manifest, CertificateOf(manifest)))
        {
            Assert.True(Add(partial, contents, 4));
            Assert.True(Add(partial, contents, 1));
        }

        using var resumed = Open(_directory).Fetch(manifest, CertificateOf(manifest));
        Assert.Equal([0, 2, 3], resumed.Missing);
    }

    [Fact]
    public void Another_fetch_begins_anew()
    {
        var contents = Contents(3, 5000);
        var other = Contents(4, 4000);
        var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(contents), 1024);
        using (var partial = Store.Fetch(manifest, CertificateOf(manifest)))
            Assert.True(Add(partial, contents, 0));
        var next = SnapshotManifest.Of(Blocks[8], new ReadOnlySequence<byte>(other), 1024);
        using (var partial = Store.Fetch(next, CertificateOf(next)))
            Assert.Equal([0, 1, 2, 3], partial.Missing);
        using var again = Store.Fetch(manifest, CertificateOf(manifest));
        Assert.Equal([0, 1, 2, 3, 4], again.Missing);
    }

    [Fact]
    public void A_fetch_that_was_given_up_for_another_does_not_finish_with_the_bytes_of_that_one()
    {
        var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(Contents(3, 2000)), 1024);
        using var given = Store.Fetch(manifest, CertificateOf(manifest));
        Assert.True(Add(given, Contents(3, 2000), 0));
        Assert.True(Add(given, Contents(3, 2000), 1));
        var other = SnapshotManifest.Of(Blocks[8], new ReadOnlySequence<byte>(Contents(4, 2000)), 1024);
        using var next = Store.Fetch(other, CertificateOf(other));
        Assert.Throws<ObjectDisposedException>(() => given.Complete());
        Assert.True(Add(next, Contents(4, 2000), 0));
        Assert.True(Add(next, Contents(4, 2000), 1));
        next.Complete();
        Assert.Equal(other.Digest, Assert.Single(Store.All).Manifest.Digest);
        Assert.Equal(Contents(4, 2000), Store.ReadAll(other.Digest));
    }

    [Fact]
    public void A_crash_while_a_fetch_is_finished_leaves_all_of_it_fetched()
    {
        var contents = Contents(3, 5000);
        var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(contents), 1024);
        using (var partial = Store.Fetch(manifest, CertificateOf(manifest)))
        {
            foreach (var chunk in Enumerable.Range(0, 5))
                Assert.True(Add(partial, contents, chunk));
        }

        // The bytes have their new name, and the head was not put beside them.
        File.Move(Path.Combine(_directory, "fetch.data"), Path.Combine(_directory, "0000000000000000008.data"));
        using var opened = Open(_directory);
        Assert.Empty(opened.All);
        using var resumed = opened.Fetch(manifest, CertificateOf(manifest));
        Assert.Empty(resumed.Missing);
        Assert.Equal(CertificateOf(manifest), resumed.Complete().Certificate);
        Assert.Equal(contents, opened.ReadAll(manifest.Digest));
    }

    [Fact]
    public void What_was_fetched_of_a_snapshot_that_is_pruned_is_given_up_unless_somebody_holds_it()
    {
        var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(Contents(3, 5000)), 1024);
        using (var partial = Store.Fetch(manifest, CertificateOf(manifest)))
        {
            Store.Prune(Blocks[8].Height);
            Assert.True(Add(partial, Contents(3, 5000), 2));
        }

        Store.Prune(Blocks[7].Height);
        Assert.Equal(2, Directory.GetFiles(_directory).Length);
        Store.Prune(Blocks[8].Height);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Files_that_were_not_whole_yet_and_heads_that_are_too_long_are_removed()
    {
        var stored = Write(Blocks[4], Contents(1, 3000));
        var head = Directory.GetFiles(_directory, "*.head").Single();
        foreach (var unfinished in new[] { head + ".new", Path.ChangeExtension(head, ".data.new"), Path.Combine(_directory, "fetch.head.new") })
            File.WriteAllText(unfinished, "left over");
        using (var foreign = File.OpenWrite(Path.Combine(_directory, "0000000000000000009.head")))
            foreign.SetLength(5L * 1024 * 1024 * 1024);
        using var opened = Open(_directory);
        Assert.Equal(2, Directory.GetFiles(_directory).Length);
        Assert.Equal(Contents(1, 3000), opened.ReadAll(stored.Manifest.Digest));
    }

    [Fact]
    public void Whatever_happens_to_the_files_a_snapshot_is_right_or_not_there() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 100_000], Gen.Byte[1, 255], Gen.Bool).Sample(
            (file, _, position, flip, cuts) =>
            {
                var directory = Directory.CreateDirectory(Path.Combine(_directory, Guid.NewGuid().ToString("n"))).FullName;
                var store = Open(directory);
                var contents = new[] { Contents(1, 3000), Contents(2, 500) };
                var manifests = new[] { Blocks[2], Blocks[5] }
                    .Select((block, i) => SnapshotManifest.Of(block, new ReadOnlySequence<byte>(contents[i]), 1024)).ToArray();
                for (var i = 0; i < 2; i++)
                    store.Write(manifests[i], new ReadOnlySequence<byte>(contents[i]));
                store.Certify(CertificateOf(manifests[1]));

                var path = Directory.GetFiles(directory).Order(StringComparer.Ordinal).ElementAt(file);
                Damage(path, position, flip, cuts);

                var opened = Open(directory);
                for (var i = 0; i < 2; i++)
                {
                    if (opened.ReadAll(manifests[i].Digest) is { } read)
                        Assert.Equal(contents[i], read);
                    else
                        Assert.DoesNotContain(opened.All, one => one.Manifest.Digest == manifests[i].Digest);
                }

                Assert.All(opened.All, one => Assert.True(one.Certificate is null || one.Certificate == CertificateOf(manifests[1])));
                Assert.Single(opened.All);
            },
            iter: 60);

    [Fact]
    public void Whatever_happens_to_the_files_of_a_fetch_it_goes_on_and_ends_with_the_right_bytes() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 100_000], Gen.Byte[1, 255], Gen.Bool, Gen.Int[0, 5]).Sample(
            (file, position, flip, cuts, came) =>
            {
                var directory = Directory.CreateDirectory(Path.Combine(_directory, Guid.NewGuid().ToString("n"))).FullName;
                var contents = Contents(3, 5000);
                var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(contents), 1024);
                using (var store = Open(directory))
                {
                    var partial = store.Fetch(manifest, CertificateOf(manifest));
                    foreach (var chunk in Enumerable.Range(0, came))
                        Assert.True(Add(partial, contents, chunk));
                }

                Damage(Path.Combine(directory, file == 0 ? "fetch.head" : "fetch.data"), position, flip, cuts);

                using var opened = Open(directory);
                Assert.Empty(opened.All);
                using var resumed = opened.Fetch(manifest, CertificateOf(manifest));
                Assert.True(file == 0 || cuts || resumed.Missing.Count() <= 6 - came);
                foreach (var chunk in resumed.Missing.ToList())
                    Assert.True(Add(resumed, contents, chunk));
                resumed.Complete();
                Assert.Equal(contents, opened.ReadAll(manifest.Digest));
                Assert.Equal(2, Directory.GetFiles(directory).Length);
            },
            iter: 60);

    [Fact]
    public void A_piece_that_was_damaged_while_the_store_was_open_is_not_handed_out()
    {
        var stored = Write(Blocks[4], Contents(1, 3000));
        var data = Directory.GetFiles(_directory, "*.data").Single();
        var bytes = File.ReadAllBytes(data);
        bytes[1500] ^= 1;
        File.WriteAllBytes(data, bytes);
        Assert.NotNull(Store.ReadChunk(stored.Manifest.Digest, 0));
        Assert.Null(Store.ReadChunk(stored.Manifest.Digest, 1));
        Assert.Empty(Store.All);
        Assert.Null(Store.ReadChunk(stored.Manifest.Digest, 0));
        Write(Blocks[4], Contents(1, 3000));
        Assert.Equal(Contents(1, 3000), Store.ReadAll(stored.Manifest.Digest));
    }

    [Fact]
    public void A_snapshot_of_a_newer_program_is_refused_and_left_alone()
    {
        Write(Blocks[4], Contents(1, 3000));
        var head = Directory.GetFiles(_directory, "*.head").Single();
        var bytes = File.ReadAllBytes(head);
        bytes[1 + "hotstuff/snapshot-head".Length] = 9;
        Digest.Of(bytes.AsSpan(..^Digest.Size)).CopyTo(bytes.AsSpan(^Digest.Size..));
        File.WriteAllBytes(head, bytes);
        Assert.Contains("version 9", Assert.Throws<StoreException>(() => Open(_directory)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(head));
    }

    [Fact]
    public void A_full_disk_is_one_clear_line_and_takes_nothing_that_was_there()
    {
        using var disk = SmallDisk.TryMount(Path.Combine(_directory, "mount"), "256k", output);
        if (disk is null)
            return;
        var store = Open(disk.Path);
        var first = SnapshotManifest.Of(Blocks[2], new ReadOnlySequence<byte>(Contents(1, 100_000)), 1024);
        store.Write(first, new ReadOnlySequence<byte>(Contents(1, 100_000)));
        var second = SnapshotManifest.Of(Blocks[5], new ReadOnlySequence<byte>(Contents(2, 200_000)), 1024);
        var message = Assert.Throws<StoreException>(() => store.Write(second, new ReadOnlySequence<byte>(Contents(2, 200_000)))).Message;
        Assert.Contains("free disk space", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(2, Directory.GetFiles(disk.Path).Length);
        Assert.Equal(Contents(1, 100_000), store.ReadAll(first.Digest));
        Assert.Equal(Contents(1, 100_000), Open(disk.Path).ReadAll(first.Digest));
    }

    private static void Damage(string path, int position, byte flip, bool cuts)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0)
            return;
        if (cuts)
            bytes = bytes[..(position % bytes.Length)];
        else
            bytes[position % bytes.Length] ^= flip;
        File.WriteAllBytes(path, bytes);
    }

    private static SnapshotFiles Open(string directory) => new(directory, Chain, Small, flushes: true);
}
