using ZProc.Core.Engines.Redis;

namespace ZProc.Core.Tests.Engines;

/// <summary>The clean-up after clients that are gone, without an engine.</summary>
public sealed class DepartedClientsTests
{
    [Fact]
    public void A_system_without_threads_does_not_end_the_session_that_was_to_clean_up()
    {
        var asked = 0;
        var departed = new DepartedClients(null!, null!)
        {
            StartThread = _ =>
            {
                asked++;
                throw new InsufficientMemoryException(); // a kind of OutOfMemoryException
            },
        };
        departed.Begin($"{Guid.NewGuid():N}"); // on the session's thread, which ends its session at any other failure
        departed.Begin($"{Guid.NewGuid():N}");
        Assert.Equal(2, asked);
    }
}
