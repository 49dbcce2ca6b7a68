namespace ZProc.Core.Tests;

public sealed class BackgroundThreadTests
{
    [Fact]
    public void Work_is_done_on_the_calling_thread_where_the_system_gives_no_more_threads()
    {
        var thread = 0;
        BackgroundThread.StartOrRun(() => thread = Environment.CurrentManagedThreadId, "test", static (_, _) => throw new InsufficientMemoryException());
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void Work_is_done_on_a_thread_of_its_own_otherwise()
    {
        using var done = new ManualResetEventSlim();
        var name = "";
        BackgroundThread.StartOrRun(
            () =>
            {
                name = Thread.CurrentThread.Name;
                done.Set();
            },
            "test");
        Assert.True(done.Wait(TestValues.Soon));
        Assert.Equal("test", name);
    }
}
