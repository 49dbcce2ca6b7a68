# A handler of a job's StateChanged that stays inside until the test lets it go.

Set-StrictMode -Version 3.0

if (-not ('ZProcTests.SlowHandler' -as [type])) {
    Add-Type -TypeDefinition @'
using System;
using System.Management.Automation;
using System.Threading;

namespace ZProcTests
{
    public sealed class SlowHandler
    {
        private readonly ManualResetEventSlim _go = new ManualResetEventSlim();
        private readonly ManualResetEventSlim _entered = new ManualResetEventSlim();
        private readonly ManualResetEventSlim _left = new ManualResetEventSlim();
        private bool _inTime;

        public SlowHandler(Job job, JobState state) => job.StateChanged += (sender, change) =>
        {
            if (change.JobStateInfo.State == state)
            {
                _entered.Set();
                _inTime = _go.Wait(TimeSpan.FromSeconds(30));
                _left.Set();
            }
        };

        // Waits until the handler is inside.
        public bool WaitEntered() => _entered.Wait(TimeSpan.FromSeconds(120));

        // Lets the handler go. False when it did not wait so long.
        public bool Leave()
        {
            _go.Set();
            return _left.Wait(TimeSpan.FromSeconds(120)) && _inTime;
        }
    }
}
'@
}

function New-SlowHandler {
    <#
    .SYNOPSIS
    Adds a handler to a job that stays inside when the job has a state.
    #>
    param([Parameter(Mandatory)] [System.Management.Automation.Job] $Job, [System.Management.Automation.JobState] $State = 'Completed')

    [ZProcTests.SlowHandler]::new($Job, $State)
}

Export-ModuleMember -Function New-SlowHandler
