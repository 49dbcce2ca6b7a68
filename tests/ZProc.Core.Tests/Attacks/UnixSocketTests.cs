using System.Net.Sockets;
using System.Text;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

#pragma warning disable CA1416 // tests of file modes are skipped on Windows

namespace ZProc.Core.Tests.Attacks;

/// <summary>Unix domain sockets: their files, folders and owners.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = IsUnix
        ? Directory.CreateDirectory($"/tmp/zproc test {Guid.NewGuid().ToString("N")[..8]}", Private).FullName
        : Directory.CreateTempSubdirectory("zproc test ").FullName;

    public static bool IsUnix => !OperatingSystem.IsWindows();

    private string Path => System.IO.Path.Combine(_folder, "a socket");

    private UnixAddress Address => new(Path);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Skip = "file modes", SkipUnless = nameof(IsUnix))]
    public void Only_the_user_may_enter_the_folder_and_use_the_socket()
    {
        using var server = StateServer.Start();
        var path = Assert.IsType<UnixAddress>(server.Connection.Address).Path;
        Assert.Equal(Private, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(path)!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.InRange(Encoding.UTF8.GetByteCount(path), 1, 104);
    }

    [Fact]
    public void A_path_with_spaces_works_and_the_file_goes_with_the_server()
    {
        using (var server = StateServer.Start(Address))
        {
            using var client = RemoteClient.Connect(ConnectionString.Parse(server.Connection.Text), InTime);
            client.Commit(Set("a", 1));
            Assert.Equal([Path], Directory.GetFileSystemEntries(_folder));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_second_server_at_the_same_path_is_refused_and_the_first_one_goes_on()
    {
        using var first = StateServer.Start(Address);
        var fault = Assert.Throws<FaultException>(() => StateServer.Start(Address));
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.Contains("already", fault.Message, StringComparison.Ordinal);
        using var client = RemoteClient.Connect(first.Connection, InTime);
        client.Commit(Set("a", 1));
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void The_file_of_a_killed_server_is_taken_over()
    {
        using (var killed = ServerChild.Start(Address.Endpoint))
        {
            Assert.Equal(Address, killed.Connection.Address);
            killed.Kill();
        }

        Assert.True(File.Exists(Path));
        using var server = StateServer.Start(Address);
        using var client = RemoteClient.Connect(server.Connection, InTime);
        client.Commit(Set("a", 1));
    }

    [Fact]
    public void The_private_files_of_killed_servers_are_removed_by_the_next_one()
    {
        string path;
        using (var killed = ServerChild.Start(""))
        {
            path = ((UnixAddress)killed.Connection.Address).Path;
            killed.Kill();
        }

        Assert.True(File.Exists(path));
        using var server = StateServer.Start();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        File.WriteAllText(Path, "precious");
        Assert.Equal(Fault.CannotConnect, FaultOf(() => StateServer.Start(Address)));
        Assert.Equal("precious", File.ReadAllText(Path));
        File.Delete(Path);
        Directory.CreateDirectory(Path);
        Assert.Equal(Fault.CannotConnect, FaultOf(() => StateServer.Start(Address)));
        Directory.Delete(Path);
    }

    [Theory(Skip = "file modes", SkipUnless = nameof(IsUnix))]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_folder_that_others_may_write_to_is_refused(UnixFileMode more)
    {
        File.SetUnixFileMode(_folder, Private | more);
        var fault = Assert.Throws<FaultException>(() => StateServer.Start(Address));
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.Contains("folder", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_path_that_is_too_long_is_refused_with_the_reason()
    {
        var fault = Assert.Throws<FaultException>(() => StateServer.Start(new UnixAddress(System.IO.Path.Combine(_folder, new string('x', 120)))));
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.Contains("too long", fault.Message, StringComparison.Ordinal);
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(ConnectionString.Create(new UnixAddress(System.IO.Path.Combine(_folder, new string('x', 120)))), In(5))));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_refused()
    {
        Assert.Equal(Fault.CannotConnect, FaultOf(() => StateServer.Start(new UnixAddress(_folder + "/none/x"))));
        Assert.Equal(Fault.CannotConnect, FaultOf(() => RemoteClient.Connect(ConnectionString.Create(new UnixAddress(_folder + "/none/x")), In(5))));
    }

    [Fact]
    public void Servers_that_start_at_the_same_time_leave_each_others_sockets_alone()
    {
        var servers = new ServerChild[8];
        Parallel.For(0, servers.Length, new ParallelOptions { MaxDegreeOfParallelism = servers.Length }, i => servers[i] = ServerChild.Start(""));
        var own = new StateServer[20];
        Parallel.For(0, own.Length, new ParallelOptions { MaxDegreeOfParallelism = own.Length }, i => own[i] = StateServer.Start());
        foreach (var connection in servers.Select(server => server.Connection).Concat(own.Select(server => server.Connection)))
        {
            using var client = RemoteClient.Connect(connection, InTime);
            client.Commit(Set("a", 1));
        }

        Array.ForEach(servers, server => server.Dispose());
        Array.ForEach(own, server => server.Dispose());
    }

    [Fact]
    public void Of_servers_that_start_at_one_path_at_the_same_time_one_starts_and_can_be_reached()
    {
        for (var round = 0; round < Rounds.Of(15); round++)
        {
            if (round % 2 == 0)
            {
                LeaveSocket();
            }

            var servers = new StateServer?[6];
            Parallel.For(0, servers.Length, new ParallelOptions { MaxDegreeOfParallelism = servers.Length }, i =>
            {
                try
                {
                    servers[i] = StateServer.Start(Address);
                }
                catch (FaultException fault)
                {
                    Assert.Equal(Fault.CannotConnect, fault.Fault);
                }
            });
            var started = Assert.Single(servers, server => server is not null);
            using (var client = RemoteClient.Connect(started!.Connection, InTime))
            {
                client.Commit(Set("a", 1));
            }

            Assert.Equal([Path], Directory.GetFileSystemEntries(_folder));
            started.Dispose();
            Assert.Empty(Directory.GetFileSystemEntries(_folder));
        }
    }

    [Fact]
    public void A_server_that_ends_while_the_next_one_starts_does_not_take_its_file()
    {
        for (var round = 0; round < Rounds.Of(30); round++)
        {
            var first = StateServer.Start(Address);
            var ending = Task.Run(first.Dispose);
            StateServer? second = null;
            while (second is null)
            {
                try
                {
                    second = StateServer.Start(Address);
                }
                catch (FaultException fault) when (fault.Fault == Fault.CannotConnect)
                {
                }
            }

            Assert.True(ending.Wait(Soon));
            using (var client = RemoteClient.Connect(second.Connection, InTime))
            {
                client.Commit(Set("a", 1));
            }

            second.Dispose();
        }
    }

    [Fact]
    public void A_server_whose_folder_was_removed_ends_like_any_other()
    {
        var server = StateServer.Start(Address);
        using var client = RemoteClient.Connect(server.Connection, InTime);
        Directory.Delete(_folder, recursive: true);
        client.Commit(Set("a", 1));
        server.Dispose();
        Directory.CreateDirectory(_folder);
        Assert.True(client.Closed.WaitHandle.WaitOne(Soon));
        Assert.Equal(Fault.ContextStopped, client.Failure?.Fault);
    }

    [Fact(Skip = "symbolic links", SkipUnless = nameof(IsUnix))]
    public void A_link_in_the_place_of_the_private_folder_is_not_followed()
    {
        var target = Directory.CreateDirectory(System.IO.Path.Combine(_folder, "public"), Private | UnixFileMode.OtherRead);
        var link = System.IO.Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, target.FullName);
        Assert.False(SocketFolder.TryPrepare(link));
        Assert.Equal(Private | UnixFileMode.OtherRead, File.GetUnixFileMode(target.FullName));
    }

    [Fact]
    public void A_private_socket_that_cannot_be_made_gives_way_to_a_loopback_port()
    {
        var missing = new UnixAddress(System.IO.Path.Combine(_folder, "missing", "socket"));
        using var listener = Listener.OpenPrivate(missing);
        var address = Assert.IsType<TcpAddress>(listener.Address);
        Assert.Equal("127.0.0.1", address.Host);
        Assert.NotEqual(0, address.Port);
        Assert.Equal(Fault.CannotConnect, FaultOf(() => StateServer.Start(missing))); // somebody wants this one
    }

    [Fact]
    public void A_private_socket_that_can_be_made_is_the_one_that_is_used()
    {
        using var listener = Listener.OpenPrivate(Address);
        Assert.Equal(Address, listener.Address);
    }

    /// <summary>Leaves a socket's file, as a killed server does.</summary>
    private void LeaveSocket()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path + "x"));
        File.Move(Path + "x", Path);
    }
}
