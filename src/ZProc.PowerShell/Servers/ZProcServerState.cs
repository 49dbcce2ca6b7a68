namespace ZProc.Servers;

/// <summary>Whether a server runs.</summary>
public enum ZProcServerState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It was killed, or the machine was started again. Its state is on disk, and the next command that needs the server starts it.</summary>
    Down,
}
